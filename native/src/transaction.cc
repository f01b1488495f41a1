#include <memory>

#include "call.h"
#include "calls.h"

namespace seatmapd {

namespace {

struct DestroyOffsets {
  void operator()(rd_kafka_topic_partition_list_t* list) const { rd_kafka_topic_partition_list_destroy(list); }
};
using Offsets = std::unique_ptr<rd_kafka_topic_partition_list_t, DestroyOffsets>;

v8::Local<v8::Value> property(v8::Local<v8::Object> object, const char* name) {
  return Nan::Get(object, Nan::New(name).ToLocalChecked()).FromMaybe(Nan::Undefined().As<v8::Value>());
}

// NULL unless `value` is an array of { topic: string, partition: number, offset: number }.
Offsets offsets_of(v8::Local<v8::Value> value) {
  if (!value->IsArray()) return nullptr;
  v8::Local<v8::Array> array = value.As<v8::Array>();
  Offsets offsets(rd_kafka_topic_partition_list_new(static_cast<int>(array->Length())));
  for (uint32_t i = 0; i < array->Length(); i++) {
    v8::Local<v8::Value> item;
    if (!Nan::Get(array, i).ToLocal(&item) || !item->IsObject()) return nullptr;
    v8::Local<v8::Value> topic = property(item.As<v8::Object>(), "topic");
    v8::Local<v8::Value> partition = property(item.As<v8::Object>(), "partition");
    v8::Local<v8::Value> offset = property(item.As<v8::Object>(), "offset");
    if (!topic->IsString() || !partition->IsInt32() || !offset->IsNumber()) return nullptr;
    Nan::Utf8String name(topic);
    rd_kafka_topic_partition_list_add(offsets.get(), *name, Nan::To<int32_t>(partition).FromJust())->offset =
        Nan::To<int64_t>(offset).FromJust();
  }
  return offsets;
}

class SendOffsets : public Call {
 public:
  SendOffsets(v8::Local<v8::Value> client, Offsets offsets, std::string metadata, int timeout_ms,
              v8::Local<v8::Value> callback)
      : Call(client, callback),
        offsets_(std::move(offsets)),
        metadata_(std::move(metadata)),
        timeout_ms_(timeout_ms) {}

 protected:
  Failure run(rd_kafka_t* handle) override {
    rd_kafka_consumer_group_metadata_t* metadata = nullptr;
    Failure failure =
        Failure::take(rd_kafka_consumer_group_metadata_read(&metadata, metadata_.data(), metadata_.size()));
    if (failure) return failure;
    failure = Failure::take(rd_kafka_send_offsets_to_transaction(handle, offsets_.get(), metadata, timeout_ms_));
    rd_kafka_consumer_group_metadata_destroy(metadata);
    return failure;
  }
  v8::Local<v8::Value> result() override { return Nan::Undefined(); }

 private:
  Offsets offsets_;
  std::string metadata_;
  int timeout_ms_;
};

}  // namespace

NAN_METHOD(send_offsets_to_transaction) {
  if (!accepts(info, 5)) return;
  Offsets offsets = offsets_of(info[1]);
  if (offsets == nullptr) return Nan::ThrowTypeError("offsets must be an array of { topic, partition, offset }");
  if (!node::Buffer::HasInstance(info[2])) return Nan::ThrowTypeError("metadata must be a Buffer");
  if (!info[3]->IsInt32()) return Nan::ThrowTypeError("timeoutMs must be a whole number");
  std::string metadata(node::Buffer::Data(info[2]), node::Buffer::Length(info[2]));
  Nan::AsyncQueueWorker(new SendOffsets(info[0], std::move(offsets), std::move(metadata),
                                        Nan::To<int32_t>(info[3]).FromJust(), info[4]));
}

}  // namespace seatmapd
