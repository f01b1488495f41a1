import Kafka from 'node-rdkafka';
import { partitionOf } from '../../workers/murmur2.js';
import { ExitCode, type FatalError, messageOf, needsPerson } from '../errors.js';
import { producerConfiguration } from '../kafka/client-configuration.js';
import { abandon, connect, disconnect } from '../kafka/connect.js';
import { codeOf, isUnauthorized, kafkaFailure } from '../kafka/failure.js';
import type { Properties } from '../kafka/properties.js';
import { bootstrapServers, clusterTopics, type TopicState } from '../topics/cluster-topics.js';
import { NotWrittenError } from './reservation-errors.js';
import { silentLog } from './silent-log.js';

const metadataTimeoutMs = 10_000;
const pollIntervalMs = 5;
const { ERRORS } = Kafka.CODES;

/** With these a broker, or librdkafka before it sent anything, refused a record for good: it is written nowhere. */
const refusals: readonly number[] = [
  ERRORS.ERR_MSG_SIZE_TOO_LARGE,
  ERRORS.ERR_RECORD_LIST_TOO_LARGE,
  ERRORS.ERR_TOPIC_EXCEPTION,
  ERRORS.ERR_TOPIC_AUTHORIZATION_FAILED,
  ERRORS.ERR_CLUSTER_AUTHORIZATION_FAILED,
  ERRORS.ERR_POLICY_VIOLATION,
  ERRORS.ERR__UNKNOWN_TOPIC,
  ERRORS.ERR__UNKNOWN_PARTITION,
];

/** Where a record was written. */
export type Delivery = { readonly partition: number; readonly offset: number };

/** Produces records where the Java client's default partitioner would put them, and tells each one's delivery. */
export class Sender {
  private readonly producer: Kafka.Producer;
  private topics: ReadonlyMap<string, TopicState> = new Map();

  private constructor(properties: Properties) {
    this.producer = new Kafka.Producer(...producerConfiguration(properties));
    this.producer.on('delivery-report', (error, { opaque, partition, offset }) => {
      const settle = opaque as (error: unknown, delivery: Delivery) => void;
      settle(error, { partition, offset });
    });
  }

  /**
   * Connects, and learns the topics' partitions.
   * @param needed topics that must be there
   * @throws FatalError (75) when no broker answers within 10 s, (78) when topics are missing
   */
  static async connect(properties: Properties, needed: readonly string[]): Promise<Sender> {
    const sender = new Sender(properties);
    const { producer } = sender;
    await connect(producer, silentLog);
    sender.topics = await clusterTopics(producer, metadataTimeoutMs);
    const missing = needed.filter((topic) => !sender.topics.has(topic));
    if (missing.length > 0) {
      await disconnect(producer);
      throw sender.missing(missing);
    }
    producer.setPollInterval(pollIntervalMs);
    return sender;
  }

  /** @throws FatalError (78) when there is no such topic */
  partitionCount(topic: string): number {
    const count = this.topics.get(topic)?.partitionCount;
    if (count === undefined) throw this.missing([topic]);
    return count;
  }

  /** The partition that `key` belongs to. */
  partitionOf(topic: string, key: string): number {
    const bytes = Buffer.from(key);
    return partitionOf(bytes, 0, bytes.length, this.partitionCount(topic));
  }

  /**
   * Sends one record and awaits its acknowledgement.
   *
   * @param partition that of the key, unless the record belongs somewhere else
   * @throws NotWrittenError (75, 78) when it is certain that the record is written nowhere; FatalError (75) without an
   *   acknowledgement, when it may be written
   */
  send(
    topic: string,
    key: string,
    value: Buffer | null,
    partition: number = this.partitionOf(topic, key),
  ): Promise<Delivery> {
    return new Promise((resolve, reject) => {
      const settle = (error: unknown, delivery: Delivery): void => {
        if (!error) resolve(delivery);
        else if (refusals.includes(codeOf(error))) reject(notWritten(topic, partition, value, error));
        else reject(kafkaFailure(`${topic}-${partition} did not acknowledge the record`, error));
      };
      try {
        this.producer.produce(topic, partition, value, Buffer.from(key), Date.now(), settle);
      } catch (error) {
        reject(notWritten(topic, partition, value, error));
      }
    });
  }

  close(): Promise<void> {
    return disconnect(this.producer);
  }

  /** Disconnects at once: what is not acknowledged yet is not sent any more, or again. */
  abandon(): Promise<void> {
    return abandon(this.producer);
  }

  private missing(topics: readonly string[]): FatalError {
    return needsPerson(
      `Missing at ${bootstrapServers(this.producer)}, or hidden from this client: ${topics.join(', ')}; \`seatmapd topics create\` creates the daemon's topics.`,
    );
  }
}

function notWritten(topic: string, partition: number, value: Buffer | null, error: unknown): NotWrittenError {
  const isTooLarge = codeOf(error) === ERRORS.ERR_MSG_SIZE_TOO_LARGE;
  return new NotWrittenError(
    isTooLarge || isUnauthorized(error) ? ExitCode.configuration : ExitCode.temporary,
    `${topic}-${partition} can't take the record of ${value?.length ?? 0} bytes: ${messageOf(error)}`,
    { cause: error },
  );
}
