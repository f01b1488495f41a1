#include "admin_call.h"
#include "calls.h"

namespace seatmapd {

namespace {

struct Member {
  std::string id;
  std::string client_id;
  std::string host;
};

// Strings that librdkafka has as NULL where there are none.
std::string copy_of(const char* string) { return string == nullptr ? "" : string; }

class DescribeConsumerGroup : public AdminCall {
 public:
  DescribeConsumerGroup(v8::Local<v8::Value> client, std::string group, int timeout_ms, v8::Local<v8::Value> callback)
      : AdminCall(client, callback, RD_KAFKA_ADMIN_OP_DESCRIBECONSUMERGROUPS, timeout_ms), group_(std::move(group)) {}

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
      const rd_kafka_error_t* error = rd_kafka_ConsumerGroupDescription_error(groups[i]);
      if (error != nullptr) return Failure::of(rd_kafka_error_code(error), rd_kafka_error_string(error));
      for (size_t j = 0; j < rd_kafka_ConsumerGroupDescription_member_count(groups[i]); j++) {
        const rd_kafka_MemberDescription_t* member = rd_kafka_ConsumerGroupDescription_member(groups[i], j);
        members_.push_back({copy_of(rd_kafka_MemberDescription_consumer_id(member)),
                            copy_of(rd_kafka_MemberDescription_client_id(member)),
                            copy_of(rd_kafka_MemberDescription_host(member))});
      }
    }
    return Failure::none();
  }

  v8::Local<v8::Value> result() override { return array_of(members_, object_of); }

 private:
  static v8::Local<v8::Object> object_of(const Member& member) {
    Nan::EscapableHandleScope scope;
    v8::Local<v8::Object> object = Nan::New<v8::Object>();
    set(object, "memberId", text(member.id));
    set(object, "clientId", text(member.client_id));
    set(object, "host", text(member.host));
    return scope.Escape(object);
  }

  std::string group_;
  std::vector<Member> members_;
};

}  // namespace

NAN_METHOD(list_group_members) {
  if (!accepts(info, 4)) return;
  if (!info[1]->IsString()) return Nan::ThrowTypeError("group must be a string");
  if (!info[2]->IsInt32()) return Nan::ThrowTypeError("timeoutMs must be a whole number");
  Nan::AsyncQueueWorker(new DescribeConsumerGroup(info[0], *Nan::Utf8String(info[1]),
                                                  Nan::To<int32_t>(info[2]).FromJust(), info[3]));
}

}  // namespace seatmapd
