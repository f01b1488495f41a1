import Kafka from 'node-rdkafka';
import { connected, pause, promised } from './kafka-client.js';

/** A record to produce; without a partition its key chooses one, as the Java client's default partitioner does. */
export type NewRecord = {
  readonly topic: string;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly timestampMs: number;
  readonly partition?: number;
};

const flushTimeoutMs = 60_000;

/**
 * Produces records in order, as they come, and resolves when the broker has acknowledged every one; rejects when one
 * failed. A broker that is away is waited for, as long as librdkafka does: five minutes for each record.
 */
export async function produceAll(
  bootstrapServers: string,
  records: Iterable<NewRecord> | AsyncIterable<NewRecord>,
): Promise<void> {
  const properties: Kafka.ProducerGlobalConfig = {
    'bootstrap.servers': bootstrapServers,
    'enable.idempotence': true,
    'compression.codec': 'lz4',
    'linger.ms': 20,
    'queue.buffering.max.messages': 500_000,
    'queue.buffering.max.kbytes': 1_048_576,
    'message.max.bytes': 1_048_000,
    'delivery.report.only.error': true,
    dr_cb: true,
  };
  const producer = new Kafka.Producer(properties, { partitioner: 'murmur2_random' });
  const failures: string[] = [];
  producer.on('delivery-report', (error: Kafka.LibrdKafkaError | null) => {
    if (error) failures.push(error.message);
  });
  await connected(producer, async () => {
    producer.setPollInterval(20);
    let produced = 0;
    for await (const record of records) {
      await produceOne(producer, record);
      // Loading must not starve a consumer or a daemon's output in the same event loop.
      if (++produced % 10_000 === 0) await pause(0);
    }
    await promised((done) => producer.flush(flushTimeoutMs, done));
    await pause(20);
  });
  if (failures.length > 0) throw new Error(`${failures.length} records were not delivered: ${failures[0]}`);
}

async function produceOne(producer: Kafka.Producer, record: NewRecord): Promise<void> {
  for (;;) {
    try {
      producer.produce(record.topic, record.partition ?? -1, record.value, record.key, record.timestampMs);
      return;
    } catch (error) {
      if ((error as Kafka.LibrdKafkaError).code !== Kafka.CODES.ERRORS.ERR__QUEUE_FULL) throw error;
      await pause(10);
    }
  }
}
