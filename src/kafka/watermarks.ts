import { setTimeout as sleep } from 'node:timers/promises';
import Kafka from 'node-rdkafka';
import type { Log } from '../log.js';
import { consumerConfiguration } from './client-configuration.js';
import { connect, disconnect } from './connect.js';
import { called, isMoving, kafkaFailure } from './failure.js';
import type { Properties } from './properties.js';

/** The first offset that a partition still has, and the one its next record will get. */
export type OffsetRange = { readonly low: number; readonly high: number };

/** Asks for the range of a partition's log. `high` is the high watermark, not the last stable offset. */
export interface Watermarks {
  range(topic: string, partition: number): Promise<OffsetRange>;
  close(): Promise<void>;
}

const queryTimeoutMs = 3_000;
/** No further attempt begins after it, so that a stop during a restore is not kept waiting beyond `shutdown.timeoutMs`. */
const movingTimeoutMs = 9_000;
const retryMs = 100;

/** What is needed of node-rdkafka's consumer. */
export type WatermarksClient = Pick<Kafka.KafkaConsumer, 'queryWatermarkOffsets' | 'getMetadata'>;

/**
 * Asks again, while a partition's leader is moving to another broker. librdkafka itself would go on asking the old one: it
 * looks for leaders anew only when it has fresh metadata.
 *
 * @throws FatalError (75) when it is not known in time
 */
export async function rangeOf(client: WatermarksClient, topic: string, partition: number): Promise<OffsetRange> {
  const deadlineMs = performance.now() + movingTimeoutMs;
  for (;;) {
    try {
      const { lowOffset, highOffset } = await called<Kafka.WatermarkOffsets>((done) =>
        client.queryWatermarkOffsets(topic, partition, queryTimeoutMs, done),
      );
      return { low: lowOffset, high: highOffset };
    } catch (error) {
      if (!isMoving(error) || performance.now() > deadlineMs)
        throw kafkaFailure(`the offsets of ${topic}-${partition} can't be read`, error);
    }
    await sleep(retryMs);
    // A failure is told by the next question.
    await called<Kafka.Metadata>((done) => client.getMetadata({ topic, timeout: queryTimeoutMs }, done)).catch(nothing);
  }
}

const nothing = (): void => undefined;

export class KafkaWatermarks implements Watermarks {
  private constructor(private readonly consumer: Kafka.KafkaConsumer) {}

  static async connect(properties: Properties, log: Log): Promise<KafkaWatermarks> {
    const consumer = new Kafka.KafkaConsumer(...consumerConfiguration(properties));
    await connect(consumer, log);
    return new KafkaWatermarks(consumer);
  }

  /** node-rdkafka's client, for what else is asked of the cluster. */
  get client(): Kafka.KafkaConsumer {
    return this.consumer;
  }

  range(topic: string, partition: number): Promise<OffsetRange> {
    return rangeOf(this.consumer, topic, partition);
  }

  close(): Promise<void> {
    return disconnect(this.consumer);
  }
}
