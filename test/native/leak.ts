// Moves batches through the addon, and beside each one that fails, and prints the resident memory after a third of them
// and at the end: { batches, consumed, failed, warmBytes, endBytes }. Arguments: the number of batches, and of their records.
// It is a process of its own, so that nothing else moves its memory. The mock cluster keeps 5 MiB a partition, which is
// reached in the first third.
import assert from 'node:assert/strict';
import Kafka from 'node-rdkafka';
import { PackedSource } from '../../src/kafka/packed-source.js';
import { connected, looseConsumer, pause, promised, requestTimeoutMs } from '../support/kafka-client.js';
import { startMockCluster } from '../support/mock-cluster.js';
import { addon, batchOf, numbered } from '../support/packed.js';

const [batches, records] = process.argv.slice(2).map(Number) as [number, number];
const native = addon();
const topic = 'leak';

async function residentBytes(): Promise<number> {
  // What JavaScript no longer uses must not count: two collections, with a turn for what finalizers free.
  for (let i = 0; i < 2; i++) {
    (globalThis as { gc?: () => void }).gc?.();
    await pause(50);
  }
  return process.memoryUsage.rss();
}

// Large enough that what is lost once a batch shows.
const large = (sizeBytes: number) => Buffer.alloc(sizeBytes, 'v');
const headers = Array.from({ length: 8 }, () => ['name', large(1_000).toString()] as const);
const good = batchOf(numbered(records).map((record) => ({ ...record, value: large(Math.ceil(10_000 / records)) })));
// The partition that isn't there is found out after the headers were made.
const lost = batchOf([{ partition: 99, value: null, key: null, timestampMs: 1, headers }]);
const damaged = { ...lost, sizeBytes: lost.sizeBytes - 1 };

const cluster = await startMockCluster();
await cluster.createTopics([topic]);
const properties = { 'delivery.report.only.error': true, dr_cb: true, 'linger.ms': 0, log_level: 0 };
const producer = new Kafka.Producer({ 'bootstrap.servers': cluster.bootstrapServers, ...properties });
// A mock cluster loses a fetch now and then.
const reader = {
  'socket.timeout.ms': 1_000,
  'fetch.wait.max.ms': 2,
  'fetch.queue.backoff.ms': 1,
  'enable.partition.eof': true,
};
const consumer = looseConsumer(cluster.bootstrapServers, { ...reader, log_level: 0 });

await connected(producer, () =>
  connected(consumer, async () => {
    producer.setPollInterval(100);
    const source = new PackedSource(native, {
      ...{ consumer, topics: [topic] },
      onError: (error) => {
        throw error;
      },
    });
    // Once a record is delivered the producer knows the partitions.
    await native.produce(producer, topic, good);
    await promised((done) => producer.flush(requestTimeoutMs, done));
    consumer.assign([{ topic, partition: 0, offset: 0 }]);
    let [produced, consumed, failed] = [records, 0, 0];
    const take = async (waitMs: number): Promise<void> => {
      consumed += (await source.take(5 * records, waitMs, 0)).count;
    };
    const fails = (call: Promise<unknown>): Promise<void> =>
      call.then(
        () => assert.fail('it did not fail'),
        () => {
          failed += 1;
        },
      );
    let warmBytes = 0;
    for (let batch = 1; batch <= batches; batch++) {
      await Promise.all([
        native.produce(producer, topic, good),
        take(1),
        fails(native.produce(producer, topic, batch % 2 === 0 ? lost : damaged)),
        fails(native.consume(producer, [topic], 10, 0, 0)),
      ]);
      produced += records;
      // The mock cluster forgets what is not read in time.
      while (produced - consumed > 2_000) await take(100);
      if (batch === Math.floor(batches / 3)) warmBytes = await residentBytes();
    }
    await promised((done) => producer.flush(requestTimeoutMs, done));
    while (consumed < produced) await take(100);
    const endBytes = await residentBytes();
    process.stdout.write(`${JSON.stringify({ batches, consumed, failed, warmBytes, endBytes })}\n`);
  }),
);
await cluster.stop();
