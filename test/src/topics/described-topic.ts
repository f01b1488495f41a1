import type { TopicDescription } from '../../../src/topics/topic-description.js';

/** A topic as a cluster of three brokers would describe it, ten offsets a partition. */
export function describedTopic(topic: {
  readonly name: string;
  readonly partitions: number;
  readonly replication: number;
  readonly own: Readonly<Record<string, string>>;
  readonly groups?: TopicDescription['groups'];
}): TopicDescription {
  const replicas = Array.from({ length: topic.replication }, (_, at) => at + 1);
  return {
    name: topic.name,
    id: 'its-id',
    partitions: Array.from({ length: topic.partitions }, (_, partition) => ({
      ...{ partition, leader: 1, replicas, inSyncReplicas: replicas, beginning: 0, end: 10 },
    })),
    ownConfigs: topic.own,
    configs: { 'cleanup.policy': 'delete', 'min.insync.replicas': '1', ...topic.own },
    groups: topic.groups ?? [],
  };
}
