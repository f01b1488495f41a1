#pragma once
#include <string>
#include <utility>
#include <vector>

#include "call.h"

namespace seatmapd {

// One request of librdkafka's Admin API: options with a time limit, the request, its answer as an event on a queue.
class AdminCall : public Call {
 public:
  AdminCall(v8::Local<v8::Value> client, v8::Local<v8::Value> callback, rd_kafka_admin_op_t operation, int timeout_ms)
      : Call(client, callback), operation_(operation), timeout_ms_(timeout_ms) {}

 protected:
  // Sets what the request needs besides its time limit.
  virtual Failure configure(rd_kafka_t*, rd_kafka_AdminOptions_t*) { return Failure::none(); }
  // Makes the request; librdkafka copies its arguments.
  virtual void request(rd_kafka_t* handle, const rd_kafka_AdminOptions_t* options, rd_kafka_queue_t* queue) = 0;
  // Takes what it needs of an answer, which bears no error as a whole, and is the answer to another request if it has
  // no such result.
  virtual Failure read(rd_kafka_event_t* event) = 0;

  Failure run(rd_kafka_t* handle) final;

  int timeout_ms() const { return timeout_ms_; }

 private:
  rd_kafka_admin_op_t operation_;
  int timeout_ms_;
};

// A broker that answers now.
Failure answering_broker(rd_kafka_t* handle, int timeout_ms, int32_t* id);

// Has one broker answer, instead of the controller.
Failure ask_broker(rd_kafka_AdminOptions_t* options, int32_t id);

// rd_kafka_DescribeTopics of topics by their names.
void request_topics(rd_kafka_t* handle, const std::vector<std::string>& topics, const rd_kafka_AdminOptions_t* options,
                    rd_kafka_queue_t* queue);

// A partition with an offset, or with why there is none.
struct PartitionOffset {
  std::string topic;
  int32_t partition = 0;
  int64_t offset = 0;
  Failure failure;

  static PartitionOffset of(const rd_kafka_topic_partition_t& partition);
};

// { topic, partition, offset, code, message }
v8::Local<v8::Object> object_of(const PartitionOffset& offset);

template <typename Item, typename Convert>
v8::Local<v8::Array> array_of(const std::vector<Item>& items, Convert convert) {
  Nan::EscapableHandleScope scope;
  v8::Local<v8::Array> array = Nan::New<v8::Array>(static_cast<int>(items.size()));
  for (uint32_t i = 0; i < items.size(); i++) Nan::Set(array, i, convert(items[i])).Check();
  return scope.Escape(array);
}

v8::Local<v8::Value> number(int32_t value);

void set(v8::Local<v8::Object> object, const char* name, v8::Local<v8::Value> value);

// Reads an array of strings; false for anything else.
bool strings_of(v8::Local<v8::Value> value, std::vector<std::string>* strings);

}  // namespace seatmapd
