import Kafka from 'node-rdkafka';
import type { FrameBatch } from '../../src/frames.js';
import type { Native } from '../../src/kafka/native.js';
import { connected, promised } from '../../test/support/kafka-client.js';

const flushTimeoutMs = 60_000;
const pollIntervalMs = 20;

/** Produces frames to their partitions in their order; each batch goes to librdkafka in one call. */
export interface FrameProducer {
  produce(topic: string, frames: FrameBatch): Promise<void>;
}

/** Connects a producer, runs `work` with it and waits until the broker has acknowledged every record. Rejects when one failed. */
export async function withFrameProducer(
  native: Native,
  properties: Kafka.ProducerGlobalConfig,
  work: (producer: FrameProducer) => Promise<void>,
): Promise<void> {
  const producer = new Kafka.Producer({
    'enable.idempotence': true,
    'queue.buffering.max.messages': 1_000_000,
    'queue.buffering.max.kbytes': 1_048_576,
    'delivery.report.only.error': true,
    dr_cb: true,
    ...properties,
  });
  const failures: string[] = [];
  producer.on('delivery-report', (error: Kafka.LibrdKafkaError | null) => {
    if (error) failures.push(error.message);
  });
  await connected(producer, async () => {
    producer.setPollInterval(pollIntervalMs);
    await work({ produce: (topic, frames) => native.produce(producer, topic, frames) });
    await promised((done) => producer.flush(flushTimeoutMs, done));
  });
  if (failures.length > 0) throw new Error(`${failures.length} records were not delivered: ${failures[0]}`);
}
