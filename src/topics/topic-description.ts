/** A topic as `topics describe` tells of it. */
export interface TopicDescription {
  readonly name: string;
  /** KIP-516's id: a topic that is created anew under an old name has another. */
  readonly id: string;
  readonly partitions: readonly PartitionDescription[];
  /** What is set on the topic itself; all else are the brokers' defaults. */
  readonly ownConfigs: Readonly<Record<string, string>>;
  /** Every configuration in force, by its Kafka name; null where the broker keeps the value to itself. */
  readonly configs: Readonly<Record<string, string | null>>;
  /** The consumer groups that have committed an offset of it, by name. */
  readonly groups: readonly GroupLag[];
}

export interface PartitionDescription {
  readonly partition: number;
  /** The broker's id; -1 while there is no leader. */
  readonly leader: number;
  readonly replicas: readonly number[];
  readonly inSyncReplicas: readonly number[];
  /** The offset of the first record. */
  readonly beginning: number;
  /** The last stable offset: where a read_committed consumer is at the end. */
  readonly end: number;
}

/** How far a consumer group is behind a topic's ends, in offsets. */
export interface GroupLag {
  readonly group: string;
  /** librdkafka's name of the group's state: Stable, Empty … */
  readonly state: string;
  readonly lag: number;
  /** Partitions with a lag. */
  readonly partitionsBehind: number;
}

/** A partition's committed offset. */
export interface CommittedOffset {
  readonly partition: number;
  readonly offset: number;
}

/** Replicas of each partition; where partitions differ, the least. */
export const replicationOf = ({ partitions }: Pick<TopicDescription, 'partitions'>): number =>
  Math.min(...partitions.map(({ replicas }) => replicas.length));

/** Partitions that lack an in-sync replica, or a leader. */
export const underReplicatedOf = ({ partitions }: Pick<TopicDescription, 'partitions'>): number =>
  partitions.filter(({ leader, replicas, inSyncReplicas }) => leader < 0 || inSyncReplicas.length < replicas.length)
    .length;

/**
 * Offsets from beginnings to ends. There are at most so many records: compaction leaves gaps, and the marker that ends a
 * transaction takes an offset too.
 */
export const offsetsOf = ({ partitions }: Pick<TopicDescription, 'partitions'>): number =>
  partitions.reduce((sum, { beginning, end }) => sum + end - beginning, 0);

/**
 * The lag of a group that has committed `committed`. A partition that it has no offset of counts from its beginning, and
 * so does one whose committed record is deleted already.
 */
export function lagOf(
  partitions: readonly Pick<PartitionDescription, 'partition' | 'beginning' | 'end'>[],
  committed: readonly CommittedOffset[],
): { readonly lag: number; readonly partitionsBehind: number } {
  const offsets = new Map(committed.map(({ partition, offset }) => [partition, offset]));
  const lags = partitions.map(({ partition, beginning, end }) =>
    Math.max(0, end - Math.max(beginning, offsets.get(partition) ?? beginning)),
  );
  return {
    lag: lags.reduce((sum, lag) => sum + lag, 0),
    partitionsBehind: lags.filter((lag) => lag > 0).length,
  };
}
