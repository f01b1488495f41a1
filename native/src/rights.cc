#include "admin_call.h"
#include "calls.h"

namespace seatmapd {

namespace {

// The names of operations as Kafka has them: "READ", "DESCRIBE_CONFIGS" …
std::vector<std::string> names_of(const rd_kafka_AclOperation_t* operations, size_t count) {
  std::vector<std::string> names;
  for (size_t i = 0; i < count; i++) names.emplace_back(rd_kafka_AclOperation_name(operations[i]));
  return names;
}

// What this client's principal may do to a topic or a group, or why that was not told.
struct Rights {
  std::string name;
  Failure failure;
  std::vector<std::string> operations;
};

Rights rights_of(const char* name, const rd_kafka_error_t* error, const rd_kafka_AclOperation_t* operations,
                 size_t count) {
  Rights rights{name, Failure::none(), {}};
  if (error != nullptr && rd_kafka_error_code(error) != RD_KAFKA_RESP_ERR_NO_ERROR) {
    rights.failure = Failure::of(rd_kafka_error_code(error), rd_kafka_error_string(error));
  } else {
    rights.operations = names_of(operations, count);
  }
  return rights;
}

class DescribeRights : public AdminCall {
 public:
  using AdminCall::AdminCall;

 protected:
  Failure configure(rd_kafka_t* handle, rd_kafka_AdminOptions_t* options) override {
    return Failure::take(rd_kafka_AdminOptions_set_include_authorized_operations(options, 1));
  }

  v8::Local<v8::Value> result() override { return array_of(rights_, object_of); }

  std::vector<Rights> rights_;

 private:
  static v8::Local<v8::Object> object_of(const Rights& rights) {
    Nan::EscapableHandleScope scope;
    v8::Local<v8::Object> object = Nan::New<v8::Object>();
    set(object, "name", text(rights.name));
    set(object, "code", number(rights.failure.code));
    set(object, "message", text(rights.failure.message));
    set(object, "operations", array_of(rights.operations, text));
    return scope.Escape(object);
  }
};

class TopicRights : public DescribeRights {
 public:
  TopicRights(v8::Local<v8::Value> client, std::vector<std::string> topics, int timeout_ms,
              v8::Local<v8::Value> callback)
      : DescribeRights(client, callback, RD_KAFKA_ADMIN_OP_DESCRIBETOPICS, timeout_ms), topics_(std::move(topics)) {}

 protected:
  void request(rd_kafka_t* handle, const rd_kafka_AdminOptions_t* options, rd_kafka_queue_t* queue) override {
    request_topics(handle, topics_, options, queue);
  }

  Failure read(rd_kafka_event_t* event) override {
    const rd_kafka_DescribeTopics_result_t* described = rd_kafka_event_DescribeTopics_result(event);
    if (described == nullptr) return Failure::of(RD_KAFKA_RESP_ERR__BAD_MSG);
    size_t count = 0;
    const rd_kafka_TopicDescription_t** topics = rd_kafka_DescribeTopics_result_topics(described, &count);
    for (size_t i = 0; i < count; i++) {
      size_t operations = 0;
      const rd_kafka_AclOperation_t* allowed =
          rd_kafka_TopicDescription_authorized_operations(topics[i], &operations);
      rights_.push_back(rights_of(rd_kafka_TopicDescription_name(topics[i]), rd_kafka_TopicDescription_error(topics[i]),
                                  allowed, operations));
    }
    return Failure::none();
  }

 private:
  std::vector<std::string> topics_;
};

class GroupRights : public DescribeRights {
 public:
  GroupRights(v8::Local<v8::Value> client, std::string group, int timeout_ms, v8::Local<v8::Value> callback)
      : DescribeRights(client, callback, RD_KAFKA_ADMIN_OP_DESCRIBECONSUMERGROUPS, timeout_ms),
        group_(std::move(group)) {}

 protected:
  void request(rd_kafka_t* handle, const rd_kafka_AdminOptions_t* options, rd_kafka_queue_t* queue) override {
    const char* group = group_.c_str();
    rd_kafka_DescribeConsumerGroups(handle, &group, 1, options, queue);
  }

  Failure read(rd_kafka_event_t* event) override {
    const rd_kafka_DescribeConsumerGroups_result_t* described = rd_kafka_event_DescribeConsumerGroups_result(event);
    if (described == nullptr) return Failure::of(RD_KAFKA_RESP_ERR__BAD_MSG);
    size_t count = 0;
    const rd_kafka_ConsumerGroupDescription_t** groups =
        rd_kafka_DescribeConsumerGroups_result_groups(described, &count);
    for (size_t i = 0; i < count; i++) {
      size_t operations = 0;
      const rd_kafka_AclOperation_t* allowed =
          rd_kafka_ConsumerGroupDescription_authorized_operations(groups[i], &operations);
      rights_.push_back(rights_of(rd_kafka_ConsumerGroupDescription_group_id(groups[i]),
                                  rd_kafka_ConsumerGroupDescription_error(groups[i]), allowed, operations));
    }
    return Failure::none();
  }

 private:
  std::string group_;
};

}  // namespace

NAN_METHOD(topic_rights) {
  if (!accepts(info, 4)) return;
  std::vector<std::string> topics;
  if (!strings_of(info[1], &topics)) return Nan::ThrowTypeError("topics must be an array of strings");
  if (!info[2]->IsInt32()) return Nan::ThrowTypeError("timeoutMs must be a whole number");
  Nan::AsyncQueueWorker(new TopicRights(info[0], std::move(topics), Nan::To<int32_t>(info[2]).FromJust(), info[3]));
}

NAN_METHOD(group_rights) {
  if (!accepts(info, 4)) return;
  if (!info[1]->IsString()) return Nan::ThrowTypeError("group must be a string");
  if (!info[2]->IsInt32()) return Nan::ThrowTypeError("timeoutMs must be a whole number");
  Nan::AsyncQueueWorker(
      new GroupRights(info[0], *Nan::Utf8String(info[1]), Nan::To<int32_t>(info[2]).FromJust(), info[3]));
}

}  // namespace seatmapd
