import { offsetsOf, replicationOf, type TopicDescription, underReplicatedOf } from './topic-description.js';

/** A description for scripts: everything that is known of the topic, and the sums that the table shows. */
export const descriptionJson = (topic: TopicDescription): object => ({
  name: topic.name,
  id: topic.id,
  partitionCount: topic.partitions.length,
  replication: replicationOf(topic),
  underReplicatedPartitions: underReplicatedOf(topic),
  /** At most so many: offsets from beginning to end, with the gaps of compaction and the markers of transactions. */
  recordsAtMost: offsetsOf(topic),
  ownConfigs: topic.ownConfigs,
  configs: topic.configs,
  partitions: topic.partitions,
  groups: topic.groups,
});
