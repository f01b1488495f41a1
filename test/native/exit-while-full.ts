// A process that exits with code 7 while a produce waits for room in the queue, on a cluster that is gone.
import Kafka from 'node-rdkafka';
import { PackedSink } from '../../src/kafka/packed-sink.js';
import { connected, pause } from '../support/kafka-client.js';
import { startMockCluster } from '../support/mock-cluster.js';
import { addon, batchOf, numbered } from '../support/packed.js';

const cluster = await startMockCluster();
const properties = { 'bootstrap.servers': cluster.bootstrapServers, 'queue.buffering.max.messages': 10, log_level: 0 };
await connected(new Kafka.Producer(properties), async (producer) => {
  producer.on('event.error', () => undefined);
  await cluster.stop();
  void new PackedSink(addon(), producer).produce('any', batchOf(numbered(1_000)));
  await pause(300);
  process.stdout.write('waiting\n');
  process.exit(7);
});
