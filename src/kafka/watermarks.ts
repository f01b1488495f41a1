import Kafka from 'node-rdkafka';
import type { Log } from '../log.js';
import { consumerConfiguration } from './client-configuration.js';
import { connect, disconnect } from './connect.js';
import { called, kafkaFailure } from './failure.js';
import type { Properties } from './properties.js';

/** The first offset that a partition still has, and the one its next record will get. */
export type OffsetRange = { readonly low: number; readonly high: number };

/** Asks for the range of a partition's log. `high` is the high watermark, not the last stable offset. */
export interface Watermarks {
  range(topic: string, partition: number): Promise<OffsetRange>;
  close(): Promise<void>;
}

const queryTimeoutMs = 10_000;

export class KafkaWatermarks implements Watermarks {
  private constructor(private readonly consumer: Kafka.KafkaConsumer) {}

  static async connect(properties: Properties, log: Log): Promise<KafkaWatermarks> {
    const consumer = new Kafka.KafkaConsumer(...consumerConfiguration(properties));
    await connect(consumer, log);
    return new KafkaWatermarks(consumer);
  }

  async range(topic: string, partition: number): Promise<OffsetRange> {
    try {
      const { lowOffset, highOffset } = await called<Kafka.WatermarkOffsets>((done) =>
        this.consumer.queryWatermarkOffsets(topic, partition, queryTimeoutMs, done),
      );
      return { low: lowOffset, high: highOffset };
    } catch (error) {
      throw kafkaFailure(`the offsets of ${topic}-${partition} can't be read`, error);
    }
  }

  close(): Promise<void> {
    return disconnect(this.consumer);
  }
}
