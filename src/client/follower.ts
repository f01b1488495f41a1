import Kafka from 'node-rdkafka';
import { consumerConfiguration } from '../kafka/client-configuration.js';
import { connect, disconnect } from '../kafka/connect.js';
import type { ClientLine } from '../kafka/connection-failures.js';
import { called, kafkaFailure } from '../kafka/failure.js';
import type { Properties } from '../kafka/properties.js';
import { clusterTopics, type TopicState } from '../topics/cluster-topics.js';
import { silentLog } from './silent-log.js';

const metadataTimeoutMs = 10_000;
const queryTimeoutMs = 10_000;

/** An offset of a partition; or, where reading places, -2 for the beginning. */
export type Place = { readonly topic: string; readonly partition: number; readonly offset: number };

const nameOf = (topic: string, partition: number): string => `${topic}-${partition}`;

/** Reads the committed records of chosen partitions, in each one's order, as they come. */
export class Follower {
  private readonly consumer: Kafka.KafkaConsumer;
  /** Partition to the offset of its latest PARTITION_EOF. */
  private readonly ends = new Map<string, number>();

  private constructor(properties: Properties, onLine: (line: ClientLine) => void) {
    this.consumer = new Kafka.KafkaConsumer(...consumerConfiguration(properties));
    this.consumer.on('event.log', onLine);
    this.consumer.on('partition.eof', ({ topic, partition, offset }) => {
      this.ends.set(nameOf(topic, partition), offset);
    });
  }

  /**
   * @param onLine is told each line of librdkafka's log
   * @throws FatalError (75) when no broker answers within 10 s
   */
  static async connect(
    properties: Properties,
    onLine: (line: ClientLine) => void = () => undefined,
  ): Promise<Follower> {
    const follower = new Follower(properties, onLine);
    await connect(follower.consumer, silentLog);
    return follower;
  }

  /** Topics that this client may see, with their partitions. @throws FatalError (75) when no broker answers in time */
  topics(): Promise<ReadonlyMap<string, TopicState>> {
    return clusterTopics(this.consumer, metadataTimeoutMs);
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

  /** The first offset that a partition has, and where its committed records end (the last stable offset). @throws FatalError */
  async range(topic: string, partition: number): Promise<{ readonly start: number; readonly end: number }> {
    try {
      const { lowOffset, highOffset } = await called<Kafka.WatermarkOffsets>((done) =>
        this.consumer.queryWatermarkOffsets(topic, partition, queryTimeoutMs, done),
      );
      return { start: lowOffset, end: highOffset };
    } catch (error) {
      throw kafkaFailure(`the offsets of ${topic}-${partition} can't be read`, error);
    }
  }

  /** The first offset of a record dated `timestampMs` or later; undefined where there is none. @throws FatalError */
  async offsetAt(topic: string, partition: number, timestampMs: number): Promise<number | undefined> {
    try {
      const [place] = await called<Kafka.TopicPartitionOffset[]>((done) =>
        this.consumer.offsetsForTimes([{ topic, partition, offset: timestampMs }], queryTimeoutMs, done),
      );
      return place !== undefined && place.offset >= 0 ? place.offset : undefined;
    } catch (error) {
      throw kafkaFailure(`the offsets of ${topic}-${partition} can't be read`, error);
    }
  }

  /** Whether a partition was read to its end, at `offset` or beyond. */
  hasReached({ topic, partition, offset }: Place): boolean {
    return (this.end(topic, partition) ?? -1) >= offset;
  }

  /** The offset of the latest PARTITION_EOF: where a partition's committed records ended. */
  end(topic: string, partition: number): number | undefined {
    return this.ends.get(nameOf(topic, partition));
  }

  /** The high watermark as the latest fetch told it (the last stable offset is at or below it), or undefined before one did. */
  highWatermark(topic: string, partition: number): number | undefined {
    try {
      const { highOffset } = this.consumer.getWatermarkOffsets(topic, partition);
      // Before the first fetch it is a logical offset, which is negative.
      return highOffset >= 0 ? highOffset : undefined;
    } catch {
      return undefined;
    }
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
