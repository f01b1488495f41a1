#include <optional>

#include "admin_call.h"
#include "calls.h"

namespace seatmapd {

namespace {

// One setting; no value where the broker keeps it secret. `is_own`: set on the topic itself, not a default of brokers.
struct TopicConfig {
  std::string name;
  std::optional<std::string> value;
  bool is_own;
};

// What the broker said of one topic: an error, or its configuration.
struct TopicConfigs {
  std::string topic;
  Failure failure;
  std::vector<TopicConfig> configs;
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
    configs.configs.push_back(
        {rd_kafka_ConfigEntry_name(entries[i]), value == nullptr ? std::nullopt : std::optional<std::string>(value),
         rd_kafka_ConfigEntry_source(entries[i]) == RD_KAFKA_CONFIG_SOURCE_DYNAMIC_TOPIC_CONFIG});
  }
  return configs;
}

class DescribeTopicConfigs : public AdminCall {
 public:
  DescribeTopicConfigs(v8::Local<v8::Value> client, std::vector<std::string> topics, int timeout_ms,
                       v8::Local<v8::Value> callback)
      : AdminCall(client, callback, RD_KAFKA_ADMIN_OP_DESCRIBECONFIGS, timeout_ms), topics_(std::move(topics)) {}

 protected:
  // librdkafka would ask the controller, but every broker knows the topics' configurations, and a mock cluster names no
  // controller: waiting for one takes the whole timeout.
  Failure configure(rd_kafka_t* handle, rd_kafka_AdminOptions_t* options) override {
    int32_t broker = 0;
    Failure failure = answering_broker(handle, timeout_ms(), &broker);
    return failure ? failure : ask_broker(options, broker);
  }

  void request(rd_kafka_t* handle, const rd_kafka_AdminOptions_t* options, rd_kafka_queue_t* queue) override {
    std::vector<rd_kafka_ConfigResource_t*> resources;
    for (const std::string& topic : topics_) {
      resources.push_back(rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, topic.c_str()));
    }
    rd_kafka_DescribeConfigs(handle, resources.data(), resources.size(), options, queue);
    rd_kafka_ConfigResource_destroy_array(resources.data(), resources.size());
  }

  Failure read(rd_kafka_event_t* event) override {
    const rd_kafka_DescribeConfigs_result_t* described = rd_kafka_event_DescribeConfigs_result(event);
    if (described == nullptr) return Failure::of(RD_KAFKA_RESP_ERR__BAD_MSG);
    size_t count = 0;
    const rd_kafka_ConfigResource_t** resources = rd_kafka_DescribeConfigs_result_resources(described, &count);
    for (size_t i = 0; i < count; i++) answers_.push_back(copy_of(resources[i]));
    return Failure::none();
  }

  v8::Local<v8::Value> result() override { return array_of(answers_, object_of); }

 private:
  static v8::Local<v8::Object> object_of(const TopicConfigs& configs) {
    Nan::EscapableHandleScope scope;
    v8::Local<v8::Object> values = Nan::New<v8::Object>();
    std::vector<std::string> own;
    for (const TopicConfig& config : configs.configs) {
      v8::Local<v8::Value> written = Nan::Null();
      if (config.value) written = text(*config.value);
      Nan::Set(values, text(config.name), written).Check();
      if (config.is_own) own.push_back(config.name);
    }
    v8::Local<v8::Object> object = Nan::New<v8::Object>();
    set(object, "topic", text(configs.topic));
    set(object, "code", number(configs.failure.code));
    set(object, "message", text(configs.failure.message));
    set(object, "values", values);
    set(object, "own", array_of(own, text));
    return scope.Escape(object);
  }

  std::vector<std::string> topics_;
  std::vector<TopicConfigs> answers_;
};

}  // namespace

NAN_METHOD(describe_topic_configs) {
  if (!accepts(info, 4)) return;
  std::vector<std::string> topics;
  if (!strings_of(info[1], &topics)) return Nan::ThrowTypeError("topics must be an array of strings");
  if (!info[2]->IsInt32()) return Nan::ThrowTypeError("timeoutMs must be a whole number");
  Nan::AsyncQueueWorker(
      new DescribeTopicConfigs(info[0], std::move(topics), Nan::To<int32_t>(info[2]).FromJust(), info[3]));
}

}  // namespace seatmapd
