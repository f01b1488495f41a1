import type Kafka from 'node-rdkafka';

/** Tells librdkafka what is read, in the way that the group's protocol wants it. */
export interface Assigner {
  /** The group gave so many partitions; where they are read from is told later. @returns whether it will be */
  accept(partitions: number): boolean;
  assign(offsets: readonly Kafka.TopicPartitionOffset[]): void;
  /** Takes what is assigned of these away. */
  unassign(partitions: readonly Kafka.TopicPartition[]): void;
}

/** The classic protocol with `range`: partitions come and go all at once. */
export class EagerAssigner implements Assigner {
  constructor(private readonly consumer: Kafka.KafkaConsumer) {}

  /** Nothing else is assigned then, so nothing waits while the answer does. */
  accept(): boolean {
    return true;
  }

  assign(offsets: readonly Kafka.TopicPartitionOffset[]): void {
    this.consumer.assign([...offsets]);
  }

  unassign(): void {
    this.consumer.unassign();
  }
}

/** KIP-848: the other partitions are read on, as soon as librdkafka has an answer to what it asked. */
export class IncrementalAssigner implements Assigner {
  private readonly assigned = new Set<string>();

  /** @param isLost whether the assignment was lost; the rebalance that says so is on its way then */
  constructor(
    private readonly consumer: Kafka.KafkaConsumer,
    private readonly isLost: () => boolean,
  ) {}

  /**
   * librdkafka pauses all that is assigned from when the group gives or takes until it has an answer. So the answer to
   * new partitions is given at once, with none; they are added, outside of any callback, when they are restored. Each
   * taking ends with a giving, of none if need be.
   */
  accept(partitions: number): boolean {
    this.consumer.incrementalAssign([]);
    return partitions > 0;
  }

  assign(offsets: readonly Kafka.TopicPartitionOffset[]): void {
    // To assign is to say, to librdkafka, that the assignment is not lost any more.
    if (offsets.length === 0 || this.isLost()) return;
    this.consumer.incrementalAssign([...offsets]);
    for (const offset of offsets) this.assigned.add(nameOf(offset));
  }

  unassign(partitions: readonly Kafka.TopicPartition[]): void {
    this.consumer.incrementalUnassign(partitions.filter((partition) => this.assigned.delete(nameOf(partition))));
  }
}

const nameOf = ({ topic, partition }: Kafka.TopicPartition): string => `${topic}-${partition}`;
