#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "call.h"
#include "calls.h"

namespace seatmapd {

namespace {

// What the broker said of one topic: an error, or its configuration (no value where the broker keeps it secret).
struct TopicConfigs {
  std::string topic;
  Failure failure;
  std::vector<std::pair<std::string, std::optional<std::string>>> values;
};

TopicConfigs copy_of(const rd_kafka_ConfigResource_t* resource) {
  TopicConfigs configs;
  configs.topic = rd_kafka_ConfigResource_name(resource);
  rd_kafka_resp_err_t code = rd_kafka_ConfigResource_error(resource);
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR) {
    const char* message = rd_kafka_ConfigResource_error_string(resource);
    configs.failure = Failure::of(code, message == nullptr ? "" : message);
    return configs;
  }
  size_t count = 0;
  const rd_kafka_ConfigEntry_t** entries = rd_kafka_ConfigResource_configs(resource, &count);
  for (size_t i = 0; i < count; i++) {
    const char* value = rd_kafka_ConfigEntry_value(entries[i]);
    configs.values.emplace_back(rd_kafka_ConfigEntry_name(entries[i]),
                                value == nullptr ? std::nullopt : std::optional<std::string>(value));
  }
  return configs;
}

// A broker that answers now. librdkafka would ask the controller, but every broker knows the topics' configurations, and
// a mock cluster names no controller: waiting for one takes the whole timeout.
rd_kafka_resp_err_t answering_broker(rd_kafka_t* handle, int timeout_ms, int32_t* id) {
  const rd_kafka_metadata_t* metadata = nullptr;
  rd_kafka_resp_err_t code = rd_kafka_metadata(handle, 0, nullptr, &metadata, timeout_ms);
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR) return code;
  if (metadata->broker_cnt == 0) code = RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN;
  // The broker that answered has id -1 on a bootstrap connection.
  for (int i = 0; i < metadata->broker_cnt; i++) {
    if (i == 0 || metadata->brokers[i].id == metadata->orig_broker_id) *id = metadata->brokers[i].id;
  }
  rd_kafka_metadata_destroy(metadata);
  return code;
}

class DescribeTopicConfigs : public Call {
 public:
  DescribeTopicConfigs(v8::Local<v8::Value> client, std::vector<std::string> topics, int timeout_ms,
                       v8::Local<v8::Value> callback)
      : Call(client, callback), topics_(std::move(topics)), timeout_ms_(timeout_ms) {}

 protected:
  Failure run(rd_kafka_t* handle) override {
    using Options = std::unique_ptr<rd_kafka_AdminOptions_t, decltype(&rd_kafka_AdminOptions_destroy)>;
    Options options(rd_kafka_AdminOptions_new(handle, RD_KAFKA_ADMIN_OP_DESCRIBECONFIGS),
                    &rd_kafka_AdminOptions_destroy);
    char reason[256];
    rd_kafka_resp_err_t code =
        rd_kafka_AdminOptions_set_request_timeout(options.get(), timeout_ms_, reason, sizeof(reason));
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR) return Failure::of(code, reason);
    int32_t broker = 0;
    code = answering_broker(handle, timeout_ms_, &broker);
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR) return Failure::of(code);
    code = rd_kafka_AdminOptions_set_broker(options.get(), broker, reason, sizeof(reason));
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR) return Failure::of(code, reason);

    std::vector<rd_kafka_ConfigResource_t*> resources;
    for (const std::string& topic : topics_) {
      resources.push_back(rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, topic.c_str()));
    }
    rd_kafka_queue_t* queue = rd_kafka_queue_new(handle);
    rd_kafka_DescribeConfigs(handle, resources.data(), resources.size(), options.get(), queue);
    rd_kafka_ConfigResource_destroy_array(resources.data(), resources.size());
    // librdkafka answers by the request's timeout at the latest; the second more only keeps this thread from waiting
    // forever should it ever not.
    rd_kafka_event_t* event = rd_kafka_queue_poll(queue, timeout_ms_ + 1000);
    rd_kafka_queue_destroy(queue);
    Failure failure = read(event);
    if (event != nullptr) rd_kafka_event_destroy(event);
    return failure;
  }

  v8::Local<v8::Value> result() override {
    Nan::EscapableHandleScope scope;
    v8::Local<v8::Array> answer = Nan::New<v8::Array>(static_cast<int>(answers_.size()));
    for (uint32_t i = 0; i < answers_.size(); i++) Nan::Set(answer, i, object_of(answers_[i])).Check();
    return scope.Escape(answer);
  }

 private:
  Failure read(rd_kafka_event_t* event) {
    if (event == nullptr) return Failure::of(RD_KAFKA_RESP_ERR__TIMED_OUT);
    if (rd_kafka_event_error(event) != RD_KAFKA_RESP_ERR_NO_ERROR) {
      return Failure::of(rd_kafka_event_error(event), rd_kafka_event_error_string(event));
    }
    const rd_kafka_DescribeConfigs_result_t* described = rd_kafka_event_DescribeConfigs_result(event);
    if (described == nullptr) return Failure::of(RD_KAFKA_RESP_ERR__BAD_MSG);
    size_t count = 0;
    const rd_kafka_ConfigResource_t** resources = rd_kafka_DescribeConfigs_result_resources(described, &count);
    for (size_t i = 0; i < count; i++) answers_.push_back(copy_of(resources[i]));
    return Failure::none();
  }

  static v8::Local<v8::Object> object_of(const TopicConfigs& configs) {
    Nan::EscapableHandleScope scope;
    v8::Local<v8::Object> values = Nan::New<v8::Object>();
    for (const auto& [name, value] : configs.values) {
      v8::Local<v8::Value> written = Nan::Null();
      if (value) written = text(*value);
      Nan::Set(values, text(name), written).Check();
    }
    v8::Local<v8::Object> object = Nan::New<v8::Object>();
    Nan::Set(object, text("topic"), text(configs.topic)).Check();
    Nan::Set(object, text("code"), Nan::New(configs.failure.code)).Check();
    Nan::Set(object, text("message"), text(configs.failure.message)).Check();
    Nan::Set(object, text("values"), values).Check();
    return scope.Escape(object);
  }

  std::vector<std::string> topics_;
  int timeout_ms_;
  std::vector<TopicConfigs> answers_;
};

}  // namespace

NAN_METHOD(describe_topic_configs) {
  if (!accepts(info, 4)) return;
  if (!info[1]->IsArray()) return Nan::ThrowTypeError("topics must be an array of strings");
  if (!info[2]->IsInt32()) return Nan::ThrowTypeError("timeoutMs must be a whole number");
  v8::Local<v8::Array> array = info[1].As<v8::Array>();
  std::vector<std::string> topics;
  for (uint32_t i = 0; i < array->Length(); i++) {
    v8::Local<v8::Value> topic;
    if (!Nan::Get(array, i).ToLocal(&topic) || !topic->IsString()) {
      return Nan::ThrowTypeError("topics must be an array of strings");
    }
    topics.emplace_back(*Nan::Utf8String(topic));
  }
  Nan::AsyncQueueWorker(
      new DescribeTopicConfigs(info[0], std::move(topics), Nan::To<int32_t>(info[2]).FromJust(), info[3]));
}

}  // namespace seatmapd
