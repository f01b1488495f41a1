import Kafka from 'node-rdkafka';
import { consumerConfiguration } from '../kafka/client-configuration.js';
import { connect, disconnect } from '../kafka/connect.js';
import { called, kafkaFailure } from '../kafka/failure.js';
import type { Properties } from '../kafka/properties.js';
import { silentLog } from './silent-log.js';

/** An offset of a partition; or, where reading places, -2 for the beginning. */
export type Place = { readonly topic: string; readonly partition: number; readonly offset: number };

const nameOf = (topic: string, partition: number): string => `${topic}-${partition}`;

/** Reads the committed records of chosen partitions, in each one's order, as they come. */
export class Follower {
  private readonly consumer: Kafka.KafkaConsumer;
  /** Partition to the offset of its latest PARTITION_EOF. */
  private readonly ends = new Map<string, number>();

  private constructor(properties: Properties) {
    this.consumer = new Kafka.KafkaConsumer(...consumerConfiguration(properties));
    this.consumer.on('partition.eof', ({ topic, partition, offset }) => {
      this.ends.set(nameOf(topic, partition), offset);
    });
  }

  /** @throws FatalError (75) when no broker answers within 10 s */
  static async connect(properties: Properties): Promise<Follower> {
    const follower = new Follower(properties);
    await connect(follower.consumer, silentLog);
    return follower;
  }

  follow(places: readonly Place[]): void {
    this.consumer.assign([...places]);
  }

  /** Waits up to `waitMs` for a record, then takes those that are there, `limit` at most. One call is outstanding at a time. */
  async next(limit: number, waitMs: number): Promise<Kafka.Message[]> {
    // node-rdkafka's timeout is for each message, so the wait is for the first one only.
    const first = await this.consume(1, waitMs);
    return first.length === 0 ? first : [...first, ...(await this.consume(limit, 0))];
  }

  /** Whether a partition was read to its end, at `offset` or beyond. */
  hasReached({ topic, partition, offset }: Place): boolean {
    return (this.ends.get(nameOf(topic, partition)) ?? -1) >= offset;
  }

  close(): Promise<void> {
    return disconnect(this.consumer);
  }

  private async consume(limit: number, waitMs: number): Promise<Kafka.Message[]> {
    this.consumer.setDefaultConsumeTimeout(waitMs);
    try {
      return await called<Kafka.Message[]>((done) => this.consumer.consume(limit, done));
    } catch (error) {
      throw kafkaFailure('consuming failed', error);
    }
  }
}
