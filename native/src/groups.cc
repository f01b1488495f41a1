#include "admin_call.h"
#include "calls.h"

namespace seatmapd {

namespace {

struct Group {
  std::string id;
  std::string state;
};

class ListConsumerGroups : public AdminCall {
 public:
  ListConsumerGroups(v8::Local<v8::Value> client, int timeout_ms, v8::Local<v8::Value> callback)
      : AdminCall(client, callback, RD_KAFKA_ADMIN_OP_LISTCONSUMERGROUPS, timeout_ms) {}

 protected:
  void request(rd_kafka_t* handle, const rd_kafka_AdminOptions_t* options, rd_kafka_queue_t* queue) override {
    rd_kafka_ListConsumerGroups(handle, options, queue);
  }

  // Every broker is asked. A list without the groups of one that did not answer would be taken for the whole.
  Failure read(rd_kafka_event_t* event) override {
    const rd_kafka_ListConsumerGroups_result_t* listed = rd_kafka_event_ListConsumerGroups_result(event);
    if (listed == nullptr) return Failure::of(RD_KAFKA_RESP_ERR__BAD_MSG);
    size_t count = 0;
    const rd_kafka_error_t** errors = rd_kafka_ListConsumerGroups_result_errors(listed, &count);
    if (count > 0) return Failure::of(rd_kafka_error_code(errors[0]), rd_kafka_error_string(errors[0]));
    const rd_kafka_ConsumerGroupListing_t** groups = rd_kafka_ListConsumerGroups_result_valid(listed, &count);
    for (size_t i = 0; i < count; i++) {
      groups_.push_back({rd_kafka_ConsumerGroupListing_group_id(groups[i]),
                         rd_kafka_consumer_group_state_name(rd_kafka_ConsumerGroupListing_state(groups[i]))});
    }
    return Failure::none();
  }

  v8::Local<v8::Value> result() override { return array_of(groups_, object_of); }

 private:
  static v8::Local<v8::Object> object_of(const Group& group) {
    Nan::EscapableHandleScope scope;
    v8::Local<v8::Object> object = Nan::New<v8::Object>();
    set(object, "group", text(group.id));
    set(object, "state", text(group.state));
    return scope.Escape(object);
  }

  std::vector<Group> groups_;
};

}  // namespace

NAN_METHOD(list_consumer_groups) {
  if (!accepts(info, 3)) return;
  if (!info[1]->IsInt32()) return Nan::ThrowTypeError("timeoutMs must be a whole number");
  Nan::AsyncQueueWorker(new ListConsumerGroups(info[0], Nan::To<int32_t>(info[1]).FromJust(), info[2]));
}

}  // namespace seatmapd
