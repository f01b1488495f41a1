#include "admin_call.h"
#include "calls.h"

namespace seatmapd {

namespace {

struct NewTopic {
  std::string name;
  int32_t partitions;
  int32_t replication;
  std::vector<std::string> config_names;
  std::vector<std::string> config_values;
};

// CreateTopics with validate_only: the controller says whether it would create the topic, and creates nothing.
class ValidateTopic : public AdminCall {
 public:
  ValidateTopic(v8::Local<v8::Value> client, NewTopic topic, int timeout_ms, v8::Local<v8::Value> callback)
      : AdminCall(client, callback, RD_KAFKA_ADMIN_OP_CREATETOPICS, timeout_ms), topic_(std::move(topic)) {}

  ~ValidateTopic() override {
    if (created_ != nullptr) rd_kafka_NewTopic_destroy(created_);
  }

 protected:
  Failure configure(rd_kafka_t*, rd_kafka_AdminOptions_t* options) override {
    char reason[512];
    rd_kafka_resp_err_t code = rd_kafka_AdminOptions_set_validate_only(options, 1, reason, sizeof(reason));
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR) return Failure::of(code, reason);
    created_ = rd_kafka_NewTopic_new(topic_.name.c_str(), topic_.partitions, topic_.replication, reason, sizeof(reason));
    if (created_ == nullptr) return Failure::of(RD_KAFKA_RESP_ERR__INVALID_ARG, reason);
    for (size_t i = 0; i < topic_.config_names.size(); i++) {
      code = rd_kafka_NewTopic_set_config(created_, topic_.config_names[i].c_str(), topic_.config_values[i].c_str());
      if (code != RD_KAFKA_RESP_ERR_NO_ERROR) return Failure::of(code);
    }
    return Failure::none();
  }

  void request(rd_kafka_t* handle, const rd_kafka_AdminOptions_t* options, rd_kafka_queue_t* queue) override {
    rd_kafka_CreateTopics(handle, &created_, 1, options, queue);
  }

  Failure read(rd_kafka_event_t* event) override {
    const rd_kafka_CreateTopics_result_t* result = rd_kafka_event_CreateTopics_result(event);
    if (result == nullptr) return Failure::of(RD_KAFKA_RESP_ERR__BAD_MSG);
    size_t count = 0;
    const rd_kafka_topic_result_t** topics = rd_kafka_CreateTopics_result_topics(result, &count);
    for (size_t i = 0; i < count; i++) {
      rd_kafka_resp_err_t code = rd_kafka_topic_result_error(topics[i]);
      const char* message = rd_kafka_topic_result_error_string(topics[i]);
      if (code != RD_KAFKA_RESP_ERR_NO_ERROR) return Failure::of(code, message == nullptr ? "" : message);
    }
    return Failure::none();
  }

  v8::Local<v8::Value> result() override { return Nan::Undefined(); }

 private:
  NewTopic topic_;
  rd_kafka_NewTopic_t* created_ = nullptr;
};

}  // namespace

NAN_METHOD(validate_topic) {
  if (!accepts(info, 8)) return;
  NewTopic topic;
  if (!info[1]->IsString()) return Nan::ThrowTypeError("topic must be a string");
  if (!info[2]->IsInt32() || !info[3]->IsInt32()) {
    return Nan::ThrowTypeError("partitions and replication must be whole numbers");
  }
  if (!strings_of(info[4], &topic.config_names) || !strings_of(info[5], &topic.config_values) ||
      topic.config_names.size() != topic.config_values.size()) {
    return Nan::ThrowTypeError("configurations must be two arrays of strings, of names and of values");
  }
  if (!info[6]->IsInt32()) return Nan::ThrowTypeError("timeoutMs must be a whole number");
  topic.name = *Nan::Utf8String(info[1]);
  topic.partitions = Nan::To<int32_t>(info[2]).FromJust();
  topic.replication = Nan::To<int32_t>(info[3]).FromJust();
  Nan::AsyncQueueWorker(new ValidateTopic(info[0], std::move(topic), Nan::To<int32_t>(info[6]).FromJust(), info[7]));
}

}  // namespace seatmapd
