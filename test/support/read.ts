import type Kafka from 'node-rdkafka';
import {
  connected,
  type KafkaRecord,
  looseConsumer,
  partitionCounts,
  patiently,
  promised,
  requestTimeoutMs,
} from './kafka-client.js';

const beginning = -2;

/** The high watermark of each partition, aborted records and markers included. */
export async function highWatermarks(bootstrapServers: string, topic: string): Promise<number[]> {
  // A read_committed client is told the last stable offset instead.
  const consumer = looseConsumer(bootstrapServers, { 'isolation.level': 'read_uncommitted' });
  return connected(consumer, async () => {
    const partitions = (await partitionCounts(consumer, [topic])).get(topic) ?? 0;
    if (partitions === 0) throw new Error(`the topic ${topic} does not exist`);
    const ask = async (partition: number) => {
      const offsets = await patiently(() =>
        promised<Kafka.WatermarkOffsets>((done) =>
          consumer.queryWatermarkOffsets(topic, partition, requestTimeoutMs, done),
        ),
      );
      return offsets.highOffset;
    };
    return Promise.all(Array.from({ length: partitions }, (_, partition) => ask(partition)));
  });
}

/** Records of one topic: one array a partition, each in offset order. */
export type TopicRecords = readonly (readonly KafkaRecord[])[];

/**
 * Reads a topic completely, read_committed: from the start of each partition to the PARTITION_EOF at or beyond the high
 * watermark of the call's moment. It waits while an open transaction holds the end back.
 */
export async function readTopic(bootstrapServers: string, topic: string): Promise<TopicRecords> {
  const ends = await highWatermarks(bootstrapServers, topic);
  const consumer = looseConsumer(bootstrapServers, {
    'isolation.level': 'read_committed',
    'enable.partition.eof': true,
    'fetch.wait.max.ms': 20,
    'queued.min.messages': 200_000,
    'fetch.queue.backoff.ms': 10,
  });
  const records: KafkaRecord[][] = ends.map(() => []);
  const open = new Set(ends.keys());
  consumer.on('data', (message) => records[message.partition]?.push(recordOf(message)));
  consumer.on('partition.eof', ({ partition, offset }) => {
    if (offset >= (ends[partition] as number)) open.delete(partition);
  });
  await connected(consumer, async () => {
    consumer.setDefaultConsumeTimeout(50);
    consumer.assign(ends.map((_, partition) => ({ topic, partition, offset: beginning })));
    while (open.size > 0) await promised<Kafka.Message[]>((done) => consumer.consume(20_000, done));
  });
  return records;
}

function recordOf(message: Kafka.Message): KafkaRecord {
  const { partition, offset, timestamp, key, value } = message;
  const headers: Record<string, string> = {};
  for (const header of message.headers ?? []) {
    for (const [name, bytes] of Object.entries(header)) headers[name] = bytes.toString();
  }
  const keyBytes = key === null || key === undefined ? null : Buffer.from(key);
  return { partition, offset, timestampMs: timestamp ?? -1, key: keyBytes, value, headers };
}
