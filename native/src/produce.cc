#include <memory>

#include "call.h"
#include "calls.h"
#include "frames.h"

namespace seatmapd {

namespace {

const char* const kDamaged = "the frames are damaged";

struct DestroyTopic {
  void operator()(rd_kafka_topic_t* topic) const { rd_kafka_topic_destroy(topic); }
};
using Topic = std::unique_ptr<rd_kafka_topic_t, DestroyTopic>;

// The headers of a frame (u8 name size, name, u16 value size, value, …); NULL when they are cut short.
rd_kafka_headers_t* headers_of(const char* bytes, size_t size) {
  rd_kafka_headers_t* headers = rd_kafka_headers_new(8);
  const char* end = bytes + size;
  for (const char* at = bytes; at != end;) {
    const size_t name_size = static_cast<uint8_t>(*at);
    const char* name = at + 1;
    uint16_t value_size = 0;
    if (static_cast<size_t>(end - name) < name_size + sizeof(value_size)) break;
    memcpy(&value_size, name + name_size, sizeof(value_size));
    const char* value = name + name_size + sizeof(value_size);
    if (static_cast<size_t>(end - value) < value_size) break;
    rd_kafka_header_add(headers, name, static_cast<ssize_t>(name_size), value, value_size);
    at = value + value_size;
    if (at == end) return headers;
  }
  rd_kafka_headers_destroy(headers);
  return nullptr;
}

// Hands one frame to librdkafka, which copies it; NULL is success.
rd_kafka_error_t* produce_frame(rd_kafka_t* handle, rd_kafka_topic_t* topic, const FrameReader& frame) {
  const FrameHeader& header = frame.header;
  rd_kafka_headers_t* headers = nullptr;
  if (header.headers_size > 0) {
    headers = headers_of(frame.headers, header.headers_size);
    if (headers == nullptr) return rd_kafka_error_new(RD_KAFKA_RESP_ERR__BAD_MSG, "%s", kDamaged);
  }
  rd_kafka_vu_t fields[7];
  size_t count = 0;
  const auto field = [&fields, &count](rd_kafka_vtype_t type) -> decltype(fields[0].u)& {
    fields[count].vtype = type;
    return fields[count++].u;
  };
  field(RD_KAFKA_VTYPE_RKT).rkt = topic;
  field(RD_KAFKA_VTYPE_PARTITION).i32 = header.partition;
  field(RD_KAFKA_VTYPE_MSGFLAGS).i = RD_KAFKA_MSG_F_COPY;
  auto& value = field(RD_KAFKA_VTYPE_VALUE);
  value.mem.ptr = header.value_size < 0 ? nullptr : const_cast<char*>(frame.value);
  value.mem.size = present(header.value_size);
  auto& key = field(RD_KAFKA_VTYPE_KEY);
  key.mem.ptr = header.key_size < 0 ? nullptr : const_cast<char*>(frame.key);
  key.mem.size = present(header.key_size);
  field(RD_KAFKA_VTYPE_TIMESTAMP).i64 = header.timestamp_ms;
  if (headers != nullptr) field(RD_KAFKA_VTYPE_HEADERS).headers = headers;
  rd_kafka_error_t* error = rd_kafka_produceva(handle, fields, count);
  // Only a success takes the headers over.
  if (error != nullptr && headers != nullptr) rd_kafka_headers_destroy(headers);
  return error;
}

class Produce : public Call {
 public:
  Produce(v8::Local<v8::Value> client, std::string topic, v8::Local<v8::Object> frames, size_t size,
          v8::Local<v8::Value> callback)
      : Call(client, callback), topic_(std::move(topic)), frame_(node::Buffer::Data(frames), size) {
    // Keeps the bytes alive, and unmoved, until librdkafka has copied them.
    SaveToPersistent("frames", frames);
  }

 protected:
  Failure run(rd_kafka_t* handle) override {
    if (rd_kafka_type(handle) != RD_KAFKA_PRODUCER) {
      return Failure::of(RD_KAFKA_RESP_ERR__INVALID_ARG, "the Kafka client is no producer");
    }
    Topic topic(rd_kafka_topic_new(handle, topic_.c_str(), nullptr));
    if (topic == nullptr) return Failure::of(rd_kafka_last_error());
    while (is_waiting_ || frame_.advance()) {
      rd_kafka_error_t* error = produce_frame(handle, topic.get(), frame_);
      // librdkafka's own blocking could be ended neither by a disconnect nor by the exit of the process. A frame that
      // finds no room in an empty queue never will.
      is_waiting_ = error != nullptr && rd_kafka_error_code(error) == RD_KAFKA_RESP_ERR__QUEUE_FULL &&
                    rd_kafka_outq_len(handle) > 0;
      if (is_waiting_) {
        rd_kafka_error_destroy(error);
        return Failure::none();
      }
      if (error != nullptr) return Failure::take(error);
      count_ += 1;
    }
    return frame_.damaged ? Failure::of(RD_KAFKA_RESP_ERR__BAD_MSG, kDamaged) : Failure::none();
  }
  bool wants_more() const override { return is_waiting_; }
  v8::Local<v8::Value> result() override { return Nan::New(count_); }

 private:
  std::string topic_;
  FrameReader frame_;
  // The current frame found the queue full.
  bool is_waiting_ = false;
  uint32_t count_ = 0;
};

}  // namespace

NAN_METHOD(produce) {
  if (!accepts(info, 5)) return;
  if (!info[1]->IsString()) return Nan::ThrowTypeError("topic must be a string");
  if (!node::Buffer::HasInstance(info[2])) return Nan::ThrowTypeError("frames must be a Buffer");
  v8::Local<v8::Object> frames = info[2].As<v8::Object>();
  if (!info[3]->IsUint32() || Nan::To<uint32_t>(info[3]).FromJust() > node::Buffer::Length(frames)) {
    return Nan::ThrowTypeError("sizeBytes must be a size within the frames");
  }
  Nan::Utf8String topic(info[1]);
  Nan::AsyncQueueWorker(
      new Produce(info[0], *topic, frames, Nan::To<uint32_t>(info[3]).FromJust(), info[4]));
}

}  // namespace seatmapd
