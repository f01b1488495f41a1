#include <memory>

#include "admin_call.h"
#include "calls.h"

namespace seatmapd {

namespace {

struct DestroyPartitions {
  void operator()(rd_kafka_topic_partition_list_t* list) const { rd_kafka_topic_partition_list_destroy(list); }
};
using Partitions = std::unique_ptr<rd_kafka_topic_partition_list_t, DestroyPartitions>;

class ListOffsets : public AdminCall {
 public:
  ListOffsets(v8::Local<v8::Value> client, Partitions partitions, int timeout_ms, v8::Local<v8::Value> callback)
      : AdminCall(client, callback, RD_KAFKA_ADMIN_OP_LISTOFFSETS, timeout_ms), partitions_(std::move(partitions)) {}

 protected:
  Failure configure(rd_kafka_t*, rd_kafka_AdminOptions_t* options) override {
    return Failure::take(rd_kafka_AdminOptions_set_isolation_level(options, RD_KAFKA_ISOLATION_LEVEL_READ_COMMITTED));
  }

  void request(rd_kafka_t* handle, const rd_kafka_AdminOptions_t* options, rd_kafka_queue_t* queue) override {
    rd_kafka_ListOffsets(handle, partitions_.get(), options, queue);
  }

  Failure read(rd_kafka_event_t* event) override {
    const rd_kafka_ListOffsets_result_t* listed = rd_kafka_event_ListOffsets_result(event);
    if (listed == nullptr) return Failure::of(RD_KAFKA_RESP_ERR__BAD_MSG);
    size_t count = 0;
    const rd_kafka_ListOffsetsResultInfo_t** infos = rd_kafka_ListOffsets_result_infos(listed, &count);
    for (size_t i = 0; i < count; i++) {
      offsets_.push_back(PartitionOffset::of(*rd_kafka_ListOffsetsResultInfo_topic_partition(infos[i])));
    }
    return Failure::none();
  }

  v8::Local<v8::Value> result() override { return array_of(offsets_, object_of); }

 private:
  Partitions partitions_;
  std::vector<PartitionOffset> offsets_;
};

}  // namespace

NAN_METHOD(list_offsets) {
  if (!accepts(info, 6)) return;
  if (!info[1]->IsString()) return Nan::ThrowTypeError("topic must be a string");
  if (!info[2]->IsInt32() || Nan::To<int32_t>(info[2]).FromJust() < 0) {
    return Nan::ThrowTypeError("partitions must be a whole number");
  }
  if (!info[3]->IsBoolean()) return Nan::ThrowTypeError("atEnd must be a boolean");
  if (!info[4]->IsInt32()) return Nan::ThrowTypeError("timeoutMs must be a whole number");
  Nan::Utf8String topic(info[1]);
  int32_t count = Nan::To<int32_t>(info[2]).FromJust();
  Partitions partitions(rd_kafka_topic_partition_list_new(count));
  for (int32_t partition = 0; partition < count; partition++) {
    rd_kafka_topic_partition_list_add(partitions.get(), *topic, partition)->offset =
        Nan::To<bool>(info[3]).FromJust() ? RD_KAFKA_OFFSET_SPEC_LATEST : RD_KAFKA_OFFSET_SPEC_EARLIEST;
  }
  Nan::AsyncQueueWorker(
      new ListOffsets(info[0], std::move(partitions), Nan::To<int32_t>(info[4]).FromJust(), info[5]));
}

}  // namespace seatmapd
