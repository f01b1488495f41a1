import Kafka from 'node-rdkafka';
import { partitionOf } from '../../workers/murmur2.js';
import { assert, messageOf, needsPerson, temporary } from '../errors.js';
import { producerConfiguration } from '../kafka/client-configuration.js';
import { connect, disconnect } from '../kafka/connect.js';
import { kafkaFailure } from '../kafka/failure.js';
import type { Properties } from '../kafka/properties.js';
import { bootstrapServers, clusterTopics } from '../topics/cluster-topics.js';
import { silentLog } from './silent-log.js';

const metadataTimeoutMs = 10_000;
const pollIntervalMs = 5;

/** Where a record was written. */
export type Delivery = { readonly partition: number; readonly offset: number };

/** Produces records where the Java client's default partitioner would put them, and tells each one's delivery. */
export class Sender {
  private readonly producer: Kafka.Producer;
  private partitionCounts: ReadonlyMap<string, number> = new Map();

  private constructor(properties: Properties) {
    this.producer = new Kafka.Producer(...producerConfiguration(properties));
    this.producer.on('delivery-report', (error, { opaque, partition, offset }) => {
      const settle = opaque as (error: unknown, delivery: Delivery) => void;
      settle(error, { partition, offset });
    });
  }

  /**
   * Connects, and learns the partitions of `topics`, the only ones that are asked about or sent to.
   * @throws FatalError (75) when no broker answers within 10 s, (78) when topics are missing
   */
  static async connect(properties: Properties, topics: readonly string[]): Promise<Sender> {
    const sender = new Sender(properties);
    const { producer } = sender;
    await connect(producer, silentLog);
    const known = await clusterTopics(producer, metadataTimeoutMs);
    const missing = topics.filter((topic) => !known.has(topic));
    if (missing.length > 0) {
      const servers = bootstrapServers(producer);
      await disconnect(producer);
      throw needsPerson(
        `Missing at ${servers}, or hidden from this client: ${missing.join(', ')}; \`seatmapd topics create\` creates the daemon's topics.`,
      );
    }
    sender.partitionCounts = new Map(topics.map((topic) => [topic, known.get(topic)?.partitionCount ?? 0]));
    producer.setPollInterval(pollIntervalMs);
    return sender;
  }

  partitionCount(topic: string): number {
    const count = this.partitionCounts.get(topic);
    assert(count !== undefined, `${topic} was named when the sender connected`);
    return count;
  }

  /** The partition that `key` belongs to. */
  partitionOf(topic: string, key: string): number {
    const bytes = Buffer.from(key);
    return partitionOf(bytes, 0, bytes.length, this.partitionCount(topic));
  }

  /** Sends one record and awaits its acknowledgement. @throws FatalError (75) without one, (78) when it is too large */
  send(topic: string, key: string, value: Buffer): Promise<Delivery> {
    const partition = this.partitionOf(topic, key);
    return new Promise((resolve, reject) => {
      const settle = (error: unknown, delivery: Delivery): void => {
        if (error) reject(kafkaFailure(`${topic}-${partition} did not acknowledge the record`, error));
        else resolve(delivery);
      };
      try {
        this.producer.produce(topic, partition, value, Buffer.from(key), Date.now(), settle);
      } catch (error) {
        const isTooLarge = (error as Kafka.LibrdKafkaError).code === Kafka.CODES.ERRORS.ERR_MSG_SIZE_TOO_LARGE;
        const reason = `${topic}-${partition} can't take the record of ${value.length} bytes: ${messageOf(error)}`;
        reject((isTooLarge ? needsPerson : temporary)(reason, error));
      }
    });
  }

  close(): Promise<void> {
    return disconnect(this.producer);
  }
}
