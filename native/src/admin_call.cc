#include "admin_call.h"

#include <memory>

namespace seatmapd {

Failure AdminCall::run(rd_kafka_t* handle) {
  using Options = std::unique_ptr<rd_kafka_AdminOptions_t, decltype(&rd_kafka_AdminOptions_destroy)>;
  Options options(rd_kafka_AdminOptions_new(handle, operation_), &rd_kafka_AdminOptions_destroy);
  char reason[256];
  rd_kafka_resp_err_t code =
      rd_kafka_AdminOptions_set_request_timeout(options.get(), timeout_ms_, reason, sizeof(reason));
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR) return Failure::of(code, reason);
  Failure failure = configure(handle, options.get());
  if (failure) return failure;

  rd_kafka_queue_t* queue = rd_kafka_queue_new(handle);
  request(handle, options.get(), queue);
  // librdkafka answers by the request's timeout at the latest; the second more only keeps this thread from waiting
  // forever should it ever not.
  rd_kafka_event_t* event = rd_kafka_queue_poll(queue, timeout_ms_ + 1000);
  rd_kafka_queue_destroy(queue);
  if (event == nullptr) return Failure::of(RD_KAFKA_RESP_ERR__TIMED_OUT);
  if (rd_kafka_event_error(event) != RD_KAFKA_RESP_ERR_NO_ERROR) {
    failure = Failure::of(rd_kafka_event_error(event), rd_kafka_event_error_string(event));
  } else {
    failure = read(event);
  }
  rd_kafka_event_destroy(event);
  return failure;
}

Failure answering_broker(rd_kafka_t* handle, int timeout_ms, int32_t* id) {
  const rd_kafka_metadata_t* metadata = nullptr;
  rd_kafka_resp_err_t code = rd_kafka_metadata(handle, 0, nullptr, &metadata, timeout_ms);
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR) return Failure::of(code);
  // The broker that answered has id -1 on a bootstrap connection.
  for (int i = 0; i < metadata->broker_cnt; i++) {
    if (i == 0 || metadata->brokers[i].id == metadata->orig_broker_id) *id = metadata->brokers[i].id;
  }
  bool is_known = metadata->broker_cnt > 0;
  rd_kafka_metadata_destroy(metadata);
  return is_known ? Failure::none() : Failure::of(RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN);
}

Failure ask_broker(rd_kafka_AdminOptions_t* options, int32_t id) {
  char reason[256];
  rd_kafka_resp_err_t code = rd_kafka_AdminOptions_set_broker(options, id, reason, sizeof(reason));
  return code == RD_KAFKA_RESP_ERR_NO_ERROR ? Failure::none() : Failure::of(code, reason);
}

void request_topics(rd_kafka_t* handle, const std::vector<std::string>& topics, const rd_kafka_AdminOptions_t* options,
                    rd_kafka_queue_t* queue) {
  std::vector<const char*> names;
  for (const std::string& topic : topics) names.push_back(topic.c_str());
  rd_kafka_TopicCollection_t* collection = rd_kafka_TopicCollection_of_topic_names(names.data(), names.size());
  rd_kafka_DescribeTopics(handle, collection, options, queue);
  rd_kafka_TopicCollection_destroy(collection);
}

PartitionOffset PartitionOffset::of(const rd_kafka_topic_partition_t& partition) {
  PartitionOffset offset{partition.topic, partition.partition, partition.offset, {}};
  if (partition.err != RD_KAFKA_RESP_ERR_NO_ERROR) offset.failure = Failure::of(partition.err);
  return offset;
}

v8::Local<v8::Object> object_of(const PartitionOffset& offset) {
  Nan::EscapableHandleScope scope;
  v8::Local<v8::Object> object = Nan::New<v8::Object>();
  set(object, "topic", text(offset.topic));
  set(object, "partition", number(offset.partition));
  set(object, "offset", Nan::New(static_cast<double>(offset.offset)));
  set(object, "code", number(offset.failure.code));
  set(object, "message", text(offset.failure.message));
  return scope.Escape(object);
}

v8::Local<v8::Value> number(int32_t value) { return Nan::New(value); }

void set(v8::Local<v8::Object> object, const char* name, v8::Local<v8::Value> value) {
  Nan::Set(object, Nan::New(name).ToLocalChecked(), value).Check();
}

bool strings_of(v8::Local<v8::Value> value, std::vector<std::string>* strings) {
  if (!value->IsArray()) return false;
  v8::Local<v8::Array> array = value.As<v8::Array>();
  for (uint32_t i = 0; i < array->Length(); i++) {
    v8::Local<v8::Value> item;
    if (!Nan::Get(array, i).ToLocal(&item) || !item->IsString()) return false;
    strings->emplace_back(*Nan::Utf8String(item));
  }
  return true;
}

}  // namespace seatmapd
