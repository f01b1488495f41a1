#include "admin_call.h"
#include "calls.h"

namespace seatmapd {

namespace {

struct Partition {
  int32_t partition;
  int32_t leader;
  std::vector<int32_t> replicas;
  std::vector<int32_t> in_sync;
};

// What a broker's metadata say of one topic: an error, or its id and partitions.
struct Topic {
  std::string name;
  Failure failure;
  std::string id;
  std::vector<Partition> partitions;
};

std::vector<int32_t> ids_of(const rd_kafka_Node_t** nodes, size_t count) {
  std::vector<int32_t> ids;
  for (size_t i = 0; i < count; i++) ids.push_back(rd_kafka_Node_id(nodes[i]));
  return ids;
}

Topic copy_of(const rd_kafka_TopicDescription_t* description) {
  Topic topic;
  topic.name = rd_kafka_TopicDescription_name(description);
  const rd_kafka_error_t* error = rd_kafka_TopicDescription_error(description);
  if (error != nullptr && rd_kafka_error_code(error) != RD_KAFKA_RESP_ERR_NO_ERROR) {
    topic.failure = Failure::of(rd_kafka_error_code(error), rd_kafka_error_string(error));
    return topic;
  }
  topic.id = rd_kafka_Uuid_base64str(rd_kafka_TopicDescription_topic_id(description));
  size_t count = 0;
  const rd_kafka_TopicPartitionInfo_t** partitions = rd_kafka_TopicDescription_partitions(description, &count);
  for (size_t i = 0; i < count; i++) {
    const rd_kafka_Node_t* leader = rd_kafka_TopicPartitionInfo_leader(partitions[i]);
    size_t replicas = 0;
    size_t in_sync = 0;
    const rd_kafka_Node_t** replica_nodes = rd_kafka_TopicPartitionInfo_replicas(partitions[i], &replicas);
    const rd_kafka_Node_t** in_sync_nodes = rd_kafka_TopicPartitionInfo_isr(partitions[i], &in_sync);
    topic.partitions.push_back({rd_kafka_TopicPartitionInfo_partition(partitions[i]),
                                leader == nullptr ? -1 : rd_kafka_Node_id(leader), ids_of(replica_nodes, replicas),
                                ids_of(in_sync_nodes, in_sync)});
  }
  return topic;
}

class DescribeTopics : public AdminCall {
 public:
  DescribeTopics(v8::Local<v8::Value> client, std::vector<std::string> topics, int32_t broker, int timeout_ms,
                 v8::Local<v8::Value> callback)
      : AdminCall(client, callback, RD_KAFKA_ADMIN_OP_DESCRIBETOPICS, timeout_ms),
        names_(std::move(topics)),
        broker_(broker) {}

 protected:
  Failure configure(rd_kafka_t* handle, rd_kafka_AdminOptions_t* options) override {
    int32_t broker = broker_;
    Failure failure = broker < 0 ? answering_broker(handle, timeout_ms(), &broker) : Failure::none();
    return failure ? failure : ask_broker(options, broker);
  }

  void request(rd_kafka_t* handle, const rd_kafka_AdminOptions_t* options, rd_kafka_queue_t* queue) override {
    request_topics(handle, names_, options, queue);
  }

  Failure read(rd_kafka_event_t* event) override {
    const rd_kafka_DescribeTopics_result_t* described = rd_kafka_event_DescribeTopics_result(event);
    if (described == nullptr) return Failure::of(RD_KAFKA_RESP_ERR__BAD_MSG);
    size_t count = 0;
    const rd_kafka_TopicDescription_t** topics = rd_kafka_DescribeTopics_result_topics(described, &count);
    for (size_t i = 0; i < count; i++) topics_.push_back(copy_of(topics[i]));
    return Failure::none();
  }

  v8::Local<v8::Value> result() override { return array_of(topics_, object_of); }

 private:
  static v8::Local<v8::Object> object_of_partition(const Partition& partition) {
    Nan::EscapableHandleScope scope;
    v8::Local<v8::Object> object = Nan::New<v8::Object>();
    set(object, "partition", number(partition.partition));
    set(object, "leader", number(partition.leader));
    set(object, "replicas", array_of(partition.replicas, number));
    set(object, "inSyncReplicas", array_of(partition.in_sync, number));
    return scope.Escape(object);
  }

  static v8::Local<v8::Object> object_of(const Topic& topic) {
    Nan::EscapableHandleScope scope;
    v8::Local<v8::Object> object = Nan::New<v8::Object>();
    set(object, "topic", text(topic.name));
    set(object, "code", number(topic.failure.code));
    set(object, "message", text(topic.failure.message));
    set(object, "id", text(topic.id));
    set(object, "partitions", array_of(topic.partitions, object_of_partition));
    return scope.Escape(object);
  }

  std::vector<std::string> names_;
  int32_t broker_;
  std::vector<Topic> topics_;
};

}  // namespace

NAN_METHOD(describe_topics) {
  if (!accepts(info, 5)) return;
  std::vector<std::string> topics;
  if (!strings_of(info[1], &topics)) return Nan::ThrowTypeError("topics must be an array of strings");
  if (!info[2]->IsInt32()) return Nan::ThrowTypeError("broker must be a whole number");
  if (!info[3]->IsInt32()) return Nan::ThrowTypeError("timeoutMs must be a whole number");
  Nan::AsyncQueueWorker(new DescribeTopics(info[0], std::move(topics), Nan::To<int32_t>(info[2]).FromJust(),
                                           Nan::To<int32_t>(info[3]).FromJust(), info[4]));
}

}  // namespace seatmapd
