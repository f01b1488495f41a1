#include "call.h"
#include "calls.h"

namespace seatmapd {

NAN_MODULE_INIT(initialise) {
  end_calls_at_exit();
  Nan::SetMethod(target, "clusterId", cluster_id);
  Nan::SetMethod(target, "describeTopicConfigs", describe_topic_configs);
  Nan::SetMethod(target, "describeTopics", describe_topics);
  Nan::SetMethod(target, "listConsumerGroups", list_consumer_groups);
  Nan::SetMethod(target, "listGroupMembers", list_group_members);
  Nan::SetMethod(target, "listConsumerGroupOffsets", list_consumer_group_offsets);
  Nan::SetMethod(target, "listOffsets", list_offsets);
  Nan::SetMethod(target, "topicRights", topic_rights);
  Nan::SetMethod(target, "groupRights", group_rights);
  Nan::SetMethod(target, "validateTopic", validate_topic);
  Nan::SetMethod(target, "assignmentLost", assignment_lost);
  Nan::SetMethod(target, "groupMetadata", group_metadata);
  Nan::SetMethod(target, "consume", consume);
  Nan::SetMethod(target, "produce", produce);
  Nan::SetMethod(target, "flush", flush);
  Nan::SetMethod(target, "sendOffsetsToTransaction", send_offsets_to_transaction);
  Nan::SetMethod(target, "tuneAllocator", tune_allocator);
  Nan::SetMethod(target, "notify", notify);
}

NODE_MODULE(seatmapd_native, initialise)

}  // namespace seatmapd
