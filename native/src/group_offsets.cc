#include "admin_call.h"
#include "calls.h"

namespace seatmapd {

namespace {

class ListConsumerGroupOffsets : public AdminCall {
 public:
  ListConsumerGroupOffsets(v8::Local<v8::Value> client, std::string group, int timeout_ms,
                           v8::Local<v8::Value> callback)
      : AdminCall(client, callback, RD_KAFKA_ADMIN_OP_LISTCONSUMERGROUPOFFSETS, timeout_ms), group_(std::move(group)) {}

 protected:
  // Without partitions: all that the group has offsets of.
  void request(rd_kafka_t* handle, const rd_kafka_AdminOptions_t* options, rd_kafka_queue_t* queue) override {
    rd_kafka_ListConsumerGroupOffsets_t* wanted = rd_kafka_ListConsumerGroupOffsets_new(group_.c_str(), nullptr);
    rd_kafka_ListConsumerGroupOffsets(handle, &wanted, 1, options, queue);
    rd_kafka_ListConsumerGroupOffsets_destroy(wanted);
  }

  Failure read(rd_kafka_event_t* event) override {
    const rd_kafka_ListConsumerGroupOffsets_result_t* listed = rd_kafka_event_ListConsumerGroupOffsets_result(event);
    if (listed == nullptr) return Failure::of(RD_KAFKA_RESP_ERR__BAD_MSG);
    size_t count = 0;
    const rd_kafka_group_result_t** groups = rd_kafka_ListConsumerGroupOffsets_result_groups(listed, &count);
    for (size_t i = 0; i < count; i++) {
      const rd_kafka_error_t* error = rd_kafka_group_result_error(groups[i]);
      if (error != nullptr) return Failure::of(rd_kafka_error_code(error), rd_kafka_error_string(error));
      const rd_kafka_topic_partition_list_t* partitions = rd_kafka_group_result_partitions(groups[i]);
      for (int j = 0; partitions != nullptr && j < partitions->cnt; j++) {
        offsets_.push_back(PartitionOffset::of(partitions->elems[j]));
      }
    }
    return Failure::none();
  }

  v8::Local<v8::Value> result() override { return array_of(offsets_, object_of); }

 private:
  std::string group_;
  std::vector<PartitionOffset> offsets_;
};

}  // namespace

NAN_METHOD(list_consumer_group_offsets) {
  if (!accepts(info, 4)) return;
  if (!info[1]->IsString()) return Nan::ThrowTypeError("group must be a string");
  if (!info[2]->IsInt32()) return Nan::ThrowTypeError("timeoutMs must be a whole number");
  Nan::AsyncQueueWorker(new ListConsumerGroupOffsets(info[0], *Nan::Utf8String(info[1]),
                                                     Nan::To<int32_t>(info[2]).FromJust(), info[3]));
}

}  // namespace seatmapd
