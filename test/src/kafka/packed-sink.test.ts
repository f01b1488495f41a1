import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import Kafka from 'node-rdkafka';
import { FatalError } from '../../../src/errors.js';
import { producerConfiguration } from '../../../src/kafka/client-configuration.js';
import { transactionFailure } from '../../../src/kafka/failure.js';
import { PackedSink } from '../../../src/kafka/packed-sink.js';
import type { RecordSink } from '../../../src/kafka/record-sink.js';
import { StandardSink } from '../../../src/kafka/standard-sink.js';
import { type Broker, brokerOrSkip } from '../../support/broker.js';
import { connected, type KafkaRecord, pause, promised, requestTimeoutMs } from '../../support/kafka-client.js';
import { type MockCluster, startMockCluster } from '../../support/mock-cluster.js';
import { addon, batchOf, ERRORS, numbered, type OutgoingRecord, withCode } from '../../support/packed.js';
import { readTopic } from '../../support/read.js';
import { createTopics, freshName } from '../../support/topics.js';

const valuesOf = (records: readonly KafkaRecord[] | undefined): unknown[] =>
  (records ?? []).map(({ value }) => value?.toString());
const flushed = (producer: Kafka.Producer): Promise<void> => promised((done) => producer.flush(requestTimeoutMs, done));

describe('the packed sink, without a broker', () => {
  const native = addon();

  it('refuses a producer that was never connected', () =>
    assert.rejects(
      new PackedSink(native, new Kafka.Producer({})).produce('any', batchOf(numbered(1))),
      withCode(ERRORS.ERR__STATE),
    ));

  it('lets the process exit while a full queue is waited for', async () => {
    const child = spawn(process.execPath, ['--import', 'tsx', 'test/native/exit-while-full.ts'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const exited = new Promise<unknown>((resolve) => child.once('exit', (...how) => resolve(how)));
    assert.equal(await text(child.stdout), 'waiting\n');
    assert.deepEqual(await exited, [7, null]);
  });
});

describe('the packed sink, on a mock cluster', () => {
  const native = addon();
  let cluster: MockCluster;
  let topic: string;
  beforeEach(async () => {
    cluster = await startMockCluster();
    topic = freshName('sink');
    await cluster.createTopics([topic]);
  });

  type Work = (sink: PackedSink, producer: Kafka.Producer) => Promise<void>;

  function producing(properties: Record<string, unknown>, work: Work): Promise<void> {
    const all = { 'bootstrap.servers': cluster.bootstrapServers, dr_cb: true, log_level: 0, ...properties };
    return connected(new Kafka.Producer(...producerConfiguration(all)), async (producer) => {
      producer.on('event.error', () => undefined);
      producer.setPollInterval(20);
      await work(new PackedSink(native, producer), producer);
    });
  }

  it('[mock] waits while the queue is full: a hundred times its size goes through in order', async () => {
    await producing({ 'queue.buffering.max.messages': 10 }, async (sink, producer) => {
      await sink.produce(topic, batchOf([...numbered(700, 1), ...numbered(300, 2)]));
      await flushed(producer);
    });
    const [, first, second] = await readTopic(cluster.bootstrapServers, topic);
    assert.deepEqual(valuesOf(first), [...Array(700).keys()].map(String));
    assert.deepEqual(valuesOf(second), [...Array(300).keys()].map(String));
    await cluster.stop();
  });

  it('[mock] waits without a spin while the cluster is gone, until the records before have timed out', async () => {
    const properties = { 'queue.buffering.max.messages': 10, 'message.timeout.ms': 1_000 };
    await producing(properties, async (sink, producer) => {
      const reports: string[] = [];
      producer.on('delivery-report', (error) => reports.push(error?.message ?? 'delivered'));
      await cluster.stop();
      const startMs = performance.now();
      const startCpu = process.cpuUsage();
      await sink.produce(topic, batchOf(numbered(20)));
      const { user, system } = process.cpuUsage(startCpu);
      const cpuMs = (user + system) / 1_000;
      const waitedMs = performance.now() - startMs;
      assert.ok(cpuMs < waitedMs / 2, `${cpuMs} ms of CPU in ${waitedMs} ms`);
      assert.ok(reports.length >= 10, 'room came from records that timed out');
      assert.ok(reports.every((report) => report.endsWith('timed out')));
    });
  });

  it('[mock] in a transaction it rejects once the records before have timed out', async () => {
    const properties = {
      ...{ 'queue.buffering.max.messages': 10, 'transactional.id': topic },
      ...{ 'transaction.timeout.ms': 1_000, 'message.timeout.ms': 1_000 },
    };
    await producing(properties, async (sink, producer) => {
      await promised((done) => producer.initTransactions(requestTimeoutMs, done));
      await promised((done) => producer.beginTransaction(done));
      await cluster.stop();
      await assert.rejects(sink.produce(topic, batchOf(numbered(1_000))), (error: Error) => {
        assert.match(error.message, /not allowed in transactional state/);
        return true;
      });
    });
  });

  it('[mock] a disconnect ends the wait; a closed producer is refused', async () => {
    const producer = new Kafka.Producer({
      ...{ 'bootstrap.servers': cluster.bootstrapServers, log_level: 0, 'queue.buffering.max.messages': 10 },
    });
    const sink = new PackedSink(native, producer);
    producer.on('event.error', () => undefined);
    await promised<Kafka.Metadata>((done) => producer.connect({ timeout: requestTimeoutMs }, done));
    await cluster.stop();
    const waiting = assert.rejects(sink.produce(topic, batchOf(numbered(1_000))), withCode(ERRORS.ERR__STATE));
    await pause(100);
    await new Promise((resolve) => producer.disconnect(50, resolve));
    await waiting;
    await assert.rejects(sink.produce(topic, batchOf(numbered(1))), withCode(ERRORS.ERR__STATE));
  });

  it('[mock] rejects with any other error, and what lies before it is produced', async () => {
    const [first, , third] = numbered(3) as [OutgoingRecord, OutgoingRecord, OutgoingRecord];
    await producing({ 'message.max.bytes': 2_000 }, async (sink, producer) => {
      await sink.produce(topic, batchOf([first]));
      await flushed(producer);
      const large = { ...third, value: Buffer.alloc(3_000) };
      const headers = [['name', 'value']] as const;
      for (const [wrong, code] of [
        [large, ERRORS.ERR_MSG_SIZE_TOO_LARGE],
        [{ ...large, headers }, ERRORS.ERR_MSG_SIZE_TOO_LARGE],
        [{ ...third, partition: 99 }, ERRORS.ERR__UNKNOWN_PARTITION],
        [{ ...third, partition: 99, headers }, ERRORS.ERR__UNKNOWN_PARTITION],
      ] as const) {
        await assert.rejects(sink.produce(topic, batchOf([first, wrong, third])), withCode(code));
      }
      await flushed(producer);
    });
    await producing({ 'queue.buffering.max.kbytes': 1 }, (sink) =>
      assert.rejects(
        sink.produce(topic, batchOf([{ ...first, value: Buffer.alloc(2_000) }])),
        withCode(ERRORS.ERR__QUEUE_FULL),
      ),
    );
    const [records] = await readTopic(cluster.bootstrapServers, topic);
    assert.deepEqual(valuesOf(records), Array(5).fill('0'));
    await cluster.stop();
  });

  it('[mock] refuses a consumer, bad names, and wrong arguments with a TypeError', async () => {
    const batch = batchOf(numbered(1));
    await producing({}, async (sink, producer) => {
      for (const sizeBytes of [-1, 0.5, Number.NaN, batch.bytes.byteLength + 1]) {
        await assert.rejects(sink.produce(topic, { ...batch, sizeBytes }), TypeError);
      }
      for (const name of [undefined, 1, {}]) await assert.rejects(sink.produce(name as string, batch), TypeError);
      await assert.rejects(sink.produce(topic, { ...batch, bytes: {} as ArrayBuffer }), TypeError);
      await assert.rejects(sink.produce('n'.repeat(1_000), batch), withCode(ERRORS.ERR__INVALID_ARG));
      await assert.rejects(sink.produce(topic, { ...batch, count: 2 }), { exitCode: 70 });
      await flushed(producer);
    });
    const consumer = new Kafka.KafkaConsumer({ 'bootstrap.servers': cluster.bootstrapServers, 'group.id': topic }, {});
    await connected(consumer, () =>
      assert.rejects(new PackedSink(native, consumer).produce(topic, batch), withCode(ERRORS.ERR__INVALID_ARG)),
    );
    await cluster.stop();
  });
});

describe('the packed sink, on a real Kafka', () => {
  const native = addon();
  let broker: Broker;
  let topic: string;
  before(async function () {
    broker = await brokerOrSkip(this);
  });
  beforeEach(async () => {
    topic = freshName('sink');
    await createTopics(broker.bootstrapServers, [{ topic, partitions: 2 }]);
  });

  const producer = (properties: Kafka.ProducerGlobalConfig = {}): Kafka.Producer =>
    new Kafka.Producer({ 'bootstrap.servers': broker.bootstrapServers, ...properties });

  it('writes every byte of key and value, null and empty apart, timestamps and headers, as the standard sink does', async () => {
    const some = Buffer.from([0, 255, 10]);
    const headers = [
      ['error.code', 'é'],
      ['error.code', ''],
      ['', 'without a name'],
    ] as const;
    const records: OutgoingRecord[] = [
      { partition: 0, key: some, value: some, timestampMs: 1, headers },
      { partition: 0, key: null, value: some, timestampMs: 1_700_000_000_123, headers: [['name', 'v'.repeat(1_024)]] },
      { partition: 0, key: some, value: null, timestampMs: 2 ** 40 },
      { partition: 0, key: Buffer.alloc(0), value: Buffer.alloc(0), timestampMs: 2 },
      { partition: 1, key: null, value: null, timestampMs: 3 },
    ];
    const written = async (make: (producer: Kafka.Producer) => PackedSink | StandardSink) => {
      const name = freshName('written');
      await createTopics(broker.bootstrapServers, [{ topic: name, partitions: 2 }]);
      await connected(producer(), async (client) => {
        await make(client).produce(name, batchOf(records));
        await flushed(client);
      });
      return readTopic(broker.bootstrapServers, name);
    };
    const packed = await written((client) => new PackedSink(native, client));
    assert.deepEqual(
      packed.flat().map(({ partition, key, value, timestampMs }) => ({ partition, key, value, timestampMs })),
      records.map(({ headers: _, ...record }) => record),
    );
    assert.deepEqual(packed[0]?.map(({ headers }) => headers).slice(0, 3), [
      { 'error.code': '', '': 'without a name' },
      { name: 'v'.repeat(1_024) },
      {},
    ]);
    assert.deepEqual(packed, await written((client) => new StandardSink(client)));
  });

  for (const [io, sinkOf] of [
    ['packed', (client: Kafka.Producer): RecordSink => new PackedSink(native, client)],
    ['standard', (client: Kafka.Producer): RecordSink => new StandardSink(client)],
  ] as const) {
    it(`a fenced producer is fatal: neither what it commits nor what it produces then is tried again (${io})`, async () => {
      const properties = { 'transactional.id': topic };
      await connected(producer(properties), async (first) => {
        const sink = sinkOf(first);
        const begin = () => promised((done) => first.beginTransaction(done));
        await promised((done) => first.initTransactions(requestTimeoutMs, done));
        await begin();
        await sink.produce(topic, batchOf(numbered(1)));
        await flushed(first);
        await connected(producer(properties), (second) =>
          promised((done) => second.initTransactions(requestTimeoutMs, done)),
        );
        await sink.produce(topic, batchOf(numbered(1)));
        const isFenced = (step: 'produce' | 'commit') => (error: unknown) => {
          const failure = transactionFailure(step, topic, error);
          assert.ok(failure instanceof FatalError, failure.message);
          assert.equal(failure.exitCode, 76);
          return true;
        };
        const committed = new Promise<void>((resolve, reject) =>
          first.commitTransaction(requestTimeoutMs, (error) => (error ? reject(error) : resolve())),
        );
        await assert.rejects(committed, isFenced('commit'));
        await assert.rejects(sink.produce(topic, batchOf(numbered(1))), isFenced('produce'));
      });
      assert.deepEqual((await readTopic(broker.bootstrapServers, topic)).flat(), []);
    });
  }
});
