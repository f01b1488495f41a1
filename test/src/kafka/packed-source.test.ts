import assert from 'node:assert/strict';
import Kafka from 'node-rdkafka';
import type { NativeError } from '../../../src/kafka/native.js';
import { PackedSink } from '../../../src/kafka/packed-sink.js';
import { PackedSource } from '../../../src/kafka/packed-source.js';
import { committedReader } from '../../../src/kafka/properties.js';
import type { RecordSource, RecordSourceOptions } from '../../../src/kafka/record-source.js';
import { StandardSource } from '../../../src/kafka/standard-source.js';
import { type Broker, brokerOrSkip } from '../../support/broker.js';
import { connected, looseConsumer, pause, promised, requestTimeoutMs } from '../../support/kafka-client.js';
import {
  addon,
  arrivalsOf,
  batchOf,
  ERRORS,
  isEnd,
  numbered,
  type OutgoingRecord,
  ofPartition,
  takeAll,
  withCode,
} from '../../support/packed.js';
import { chosenSeed, Random } from '../../support/random.js';
import { createTopics, freshName } from '../../support/topics.js';

const rethrow = (error: unknown): never => {
  throw error;
};

describe('the packed source, on a real Kafka', () => {
  const native = addon();
  let broker: Broker;
  before(async function () {
    broker = await brokerOrSkip(this);
  });

  const packed = (options: RecordSourceOptions<Kafka.KafkaConsumer>) => new PackedSource(native, options);
  const standard = (options: RecordSourceOptions<Kafka.KafkaConsumer>) => new StandardSource(options);

  type Reading = {
    readonly make?: typeof packed | typeof standard;
    readonly onError?: (error: unknown) => void;
    readonly properties?: Kafka.ConsumerGlobalConfig;
    /** Where each partition of each topic begins. */
    readonly starts: readonly (readonly number[])[];
  };

  /** Reads topics as the daemon does, with a consumer that is in no group. */
  function reading<T>(
    topics: string[],
    how: Reading,
    work: (source: RecordSource, consumer: Kafka.KafkaConsumer) => Promise<T>,
  ): Promise<T> {
    const { make = packed, onError = rethrow, properties = {}, starts } = how;
    const { 'auto.offset.reset': _, ...reader } = committedReader;
    const consumer = looseConsumer(broker.bootstrapServers, { ...reader, 'fetch.wait.max.ms': 50, ...properties });
    const source = make({ consumer, topics, onError });
    return connected(consumer, () => {
      consumer.assign(
        topics.flatMap((topic, index) =>
          (starts[index] ?? []).map((offset, partition) => ({ topic, partition, offset })),
        ),
      );
      return work(source, consumer);
    });
  }

  async function newTopics(...partitions: number[]): Promise<string[]> {
    const names = partitions.map(() => freshName('packed'));
    await createTopics(
      broker.bootstrapServers,
      names.map((topic, index) => ({ topic, partitions: partitions[index] as number })),
    );
    return names;
  }

  /** Has `work` produce with the packed sink, and waits until it is delivered. */
  const producing = (
    work: (
      send: (topic: string, records: OutgoingRecord[]) => Promise<void>,
      producer: Kafka.Producer,
    ) => Promise<void>,
    properties: Kafka.ProducerGlobalConfig = {},
  ): Promise<void> =>
    connected(
      new Kafka.Producer({ 'bootstrap.servers': broker.bootstrapServers, dr_cb: true, ...properties }),
      async (producer) => {
        producer.on('delivery-report', (error) => assert.ifError(error));
        const sink = new PackedSink(native, producer);
        await work((topic, records) => sink.produce(topic, batchOf(records)), producer);
        await promised((done) => producer.flush(requestTimeoutMs, done));
        await pause(0);
      },
    );

  const produced = (topic: string, records: OutgoingRecord[]): Promise<void> =>
    producing((send) => send(topic, records));

  it('gives several topics, null and empty bytes apart, timestamps, and each end, of an empty partition too', async () => {
    const [first, second, empty] = (await newTopics(2, 1, 1)) as [string, string, string];
    const [some, none] = [Buffer.from([0, 255, 10]), Buffer.alloc(0)];
    const records: OutgoingRecord[] = [
      { partition: 1, key: null, value: some, timestampMs: 1 },
      { partition: 1, key: none, value: some, timestampMs: 1_700_000_000_123 },
      { partition: 1, key: some, value: none, timestampMs: 2 ** 40 },
      { partition: 1, key: some, value: null, timestampMs: 2 },
      { partition: 1, key: null, value: null, timestampMs: 3 },
      { partition: 1, key: none, value: none, timestampMs: 4 },
    ];
    await producing(async (send) => {
      await send(first, records);
      await send(second, numbered(3));
    });
    const arrivals = await reading([first, second, empty], { starts: [[0, 0], [1], [0]] }, (source) =>
      takeAll(source, 4),
    );
    assert.deepEqual(ofPartition(arrivals, 0, 0), [{ partition: 0, offset: 0 }]);
    assert.deepEqual(ofPartition(arrivals, 0, 1), [
      ...records.map((record, offset) => ({ offset, ...record })),
      { partition: 1, offset: records.length },
    ]);
    assert.deepEqual(
      ofPartition(arrivals, 1, 0).map(({ offset, value }) => [offset, value?.toString()]),
      [
        [1, '1'],
        [2, '2'],
        [3, undefined],
      ],
    );
    assert.deepEqual(ofPartition(arrivals, 2, 0), [{ partition: 0, offset: 0 }]);
  });

  it('gives no aborted record, and the end behind the markers, again after each further record', async () => {
    const [topic] = (await newTopics(1)) as [string];
    await producing(
      async (send, producer) => {
        await promised((done) => producer.initTransactions(requestTimeoutMs, done));
        for (const end of ['commitTransaction', 'abortTransaction', 'commitTransaction', 'abortTransaction'] as const) {
          await promised((done) => producer.beginTransaction(done));
          await send(topic, numbered(3));
          // An abort drops what was not sent.
          await promised((done) => producer.flush(requestTimeoutMs, done));
          await promised((done) => producer[end](requestTimeoutMs, done));
        }
      },
      { 'transactional.id': topic },
    );
    await reading([topic], { starts: [[0]] }, async (source) => {
      const shown = async () =>
        (await takeAll(source, 1)).map((arrival) => `${isEnd(arrival) ? 'end ' : ''}${arrival.offset}`);
      assert.deepEqual(await shown(), ['0', '1', '2', '8', '9', '10', 'end 16']);
      await produced(topic, numbered(2));
      assert.deepEqual((await shown()).slice(0, 2), ['16', '17']);
    });
  });

  for (const make of [packed, standard]) {
    it(`goes on behind the end after a pause and skips no record: ${make.name}`, async () => {
      const [topic] = (await newTopics(2)) as [string];
      await produced(topic, numbered(5));
      await reading([topic], { make, starts: [[0, 0]] }, async (source, consumer) => {
        await takeAll(source, 2);
        const both = [0, 1].map((partition) => ({ topic, partition }));
        consumer.pause(both);
        await produced(topic, [...numbered(2), ...numbered(1, 1)]);
        consumer.resume(both);
        const records: string[] = [];
        while (records.length < 3) {
          const arrivals = arrivalsOf(await source.take(10, 100, 0)).filter((arrival) => !isEnd(arrival));
          records.push(...arrivals.map(({ partition, offset }) => `${partition}@${offset}`));
        }
        assert.deepEqual(records.sort(), ['0@5', '0@6', '1@0']);
      });
    });
  }

  for (const make of [packed, standard]) {
    it(`loses nothing when its memory is used again, which whoever kept a batch finds empty: ${make.name}`, async () => {
      const [topic] = (await newTopics(1)) as [string];
      await produced(topic, numbered(40));
      await reading([topic], { make, starts: [[0]], properties: { 'enable.partition.eof': false } }, async (source) => {
        const offsets: number[] = [];
        while (offsets.length < 40) {
          const consumed = await source.take(7, requestTimeoutMs, 0);
          offsets.push(...arrivalsOf(consumed).map(({ offset }) => offset));
          const kept = consumed.events.flatMap((event) => ('run' in event ? [event.run.buffer] : []));
          consumed.release?.();
          assert.ok(kept.length > 0 && kept.every(({ length }) => length === 0));
        }
        assert.deepEqual(offsets, [...offsets.keys()]);
      });
    });
  }

  it('takes no more than its limit, and waits for more records only while it is to gather', async () => {
    const [topic] = (await newTopics(1)) as [string];
    await produced(topic, numbered(50));
    await reading([topic], { starts: [[0]], properties: { 'enable.partition.eof': false } }, async (source) => {
      const offsets: number[] = [];
      while (offsets.length < 49) {
        const most = Math.min(7, 49 - offsets.length);
        const consumed = await source.take(most, requestTimeoutMs, 0);
        assert.ok(consumed.count > 0 && consumed.count <= most);
        offsets.push(...arrivalsOf(consumed).map(({ offset }) => offset));
      }
      assert.deepEqual(offsets, [...offsets.keys()]);
      assert.equal((await source.take(1_000, requestTimeoutMs, 0)).count, 1, 'what is there is given without a wait');
      assert.deepEqual(await source.take(1_000, 10, 1_000), { count: 0, events: [] });

      await produced(topic, numbered(1));
      const gathering = source.take(3, requestTimeoutMs, requestTimeoutMs);
      for (let i = 0; i < 2; i++) {
        await pause(150);
        await produced(topic, numbered(1));
      }
      assert.deepEqual(
        arrivalsOf(await gathering).map(({ offset }) => offset),
        [50, 51, 52],
      );
    });
  });

  it('reports an offset out of range together with the records of another partition', async () => {
    const [topic] = (await newTopics(2)) as [string];
    const count = 20;
    await produced(topic, numbered(count, 1));
    const errors: NativeError[] = [];
    const onError = (error: unknown) => void errors.push(error as NativeError);
    await reading([topic], { starts: [[999, 0]], onError }, async (source) => {
      // Records, the end of their partition and the error: the gathering ends with the last of them.
      const consumed = await source.take(count + 2, requestTimeoutMs, requestTimeoutMs);
      assert.deepEqual(
        arrivalsOf(consumed).map(({ partition, offset }) => [partition, offset]),
        Array.from({ length: count + 1 }, (_, offset) => [1, offset]),
      );
      assert.deepEqual(
        errors.map(({ code, isFatal }) => [code, isFatal]),
        [[ERRORS.ERR__AUTO_OFFSET_RESET, false]],
      );
      assert.match(errors[0]?.message ?? '', /out of range/i);
    });
    await reading([topic], { starts: [[999]] }, (source) =>
      assert.rejects(source.take(1, requestTimeoutMs, 0), withCode(ERRORS.ERR__AUTO_OFFSET_RESET)),
    );
  });

  it('gives the same as the standard source, whatever the topics hold', async () => {
    const random = new Random(chosenSeed('records of both sources'));
    const bytes = () => random.pick([null, Buffer.alloc(0), Buffer.alloc(random.whole(1, 40), random.whole(0, 255))]);
    const sizes = [3, 1, 2];
    const topics = await newTopics(...sizes);
    await producing(
      async (send, producer) => {
        await promised((done) => producer.initTransactions(requestTimeoutMs, done));
        for (let round = 0; round < 20; round++) {
          await promised((done) => producer.beginTransaction(done));
          for (const [index, partitions] of sizes.entries()) {
            const records = Array.from({ length: random.whole(0, 60) }, () => ({
              ...{ partition: random.whole(0, partitions - 1), value: bytes(), key: bytes() },
              timestampMs: random.whole(1, 2 ** 40),
            }));
            await send(topics[index] as string, records);
          }
          await promised((done) => producer.flush(requestTimeoutMs, done));
          const end = random.pick(['commitTransaction', 'abortTransaction'] as const);
          await promised((done) => producer[end](requestTimeoutMs, done));
        }
      },
      { 'transactional.id': topics[0] as string },
    );
    const starts = sizes.map((partitions) => Array.from({ length: partitions }, () => 0));
    const read = (make: typeof packed | typeof standard) =>
      reading(topics, { make, starts }, (source) => takeAll(source, 6, () => random.whole(1, 200)));
    const [ofPacked, ofStandard] = [await read(packed), await read(standard)];
    for (const [topic, partitions] of sizes.entries()) {
      for (let partition = 0; partition < partitions; partition++) {
        const expected = ofPartition(ofStandard, topic, partition);
        assert.ok(expected.length > 1);
        assert.deepEqual(ofPartition(ofPacked, topic, partition), expected);
      }
    }
  });
});
