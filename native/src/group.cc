#include "call.h"
#include "calls.h"

namespace seatmapd {

namespace {

const char* const kNoConsumer = "the Kafka client is no consumer with a group.id";

class GroupMetadata : public Call {
 public:
  using Call::Call;

 protected:
  Failure run(rd_kafka_t* handle) override {
    rd_kafka_consumer_group_metadata_t* metadata = rd_kafka_consumer_group_metadata(handle);
    if (metadata == nullptr) return Failure::of(RD_KAFKA_RESP_ERR__UNKNOWN_GROUP, kNoConsumer);
    member_id_ = rd_kafka_consumer_group_metadata_member_id(metadata);
    generation_ = rd_kafka_consumer_group_metadata_generation_id(metadata);
    void* bytes = nullptr;
    size_t size = 0;
    Failure failure = Failure::take(rd_kafka_consumer_group_metadata_write(metadata, &bytes, &size));
    rd_kafka_consumer_group_metadata_destroy(metadata);
    if (failure) return failure;
    bytes_.assign(static_cast<char*>(bytes), size);
    rd_kafka_mem_free(handle, bytes);
    return Failure::none();
  }
  // { bytes, memberId, generation }
  v8::Local<v8::Value> result() override {
    Nan::EscapableHandleScope scope;
    v8::Local<v8::Object> result = Nan::New<v8::Object>();
    const auto set = [&result](const char* name, v8::Local<v8::Value> value) {
      Nan::Set(result, Nan::New(name).ToLocalChecked(), value).Check();
    };
    set("bytes", Nan::CopyBuffer(bytes_.data(), static_cast<uint32_t>(bytes_.size())).ToLocalChecked());
    set("memberId", text(member_id_));
    set("generation", Nan::New(generation_));
    return scope.Escape(result);
  }

 private:
  std::string bytes_;
  std::string member_id_;
  int32_t generation_ = -1;
};

}  // namespace

NAN_METHOD(group_metadata) {
  if (!accepts(info, 2)) return;
  Nan::AsyncQueueWorker(new GroupMetadata(info[0], info[1]));
}

NAN_METHOD(assignment_lost) {
  NodeKafka::Connection* connection = info.Length() == 1 ? connection_of(info[0]) : nullptr;
  if (connection == nullptr) {
    return Nan::ThrowTypeError("not a client of node-rdkafka: pass what its getClient() returns");
  }
  Lease lease = Lease::attempt(connection);
  if (lease.handle() == nullptr) {
    return Nan::ThrowError(Failure::of(RD_KAFKA_RESP_ERR__STATE, kNotConnected).to_error());
  }
  if (rd_kafka_type(lease.handle()) != RD_KAFKA_CONSUMER) {
    return Nan::ThrowError(Failure::of(RD_KAFKA_RESP_ERR__UNKNOWN_GROUP, kNoConsumer).to_error());
  }
  info.GetReturnValue().Set(rd_kafka_assignment_lost(lease.handle()) != 0);
}

}  // namespace seatmapd
