import assert from 'node:assert/strict';
import fc from 'fast-check';
import Kafka from 'node-rdkafka';
import { FatalError } from '../../../src/errors.js';
import { FRAME_HEADER_BYTES, type FrameBatch } from '../../../src/frames.js';
import type { NativeError } from '../../../src/kafka/native.js';
import { connected, promised, requestTimeoutMs } from '../../support/kafka-client.js';
import { type MockCluster, mockPartitions, startMockCluster } from '../../support/mock-cluster.js';
import { addon, batchOf, ERRORS, type OutgoingRecord, withCode } from '../../support/packed.js';
import { freshName } from '../../support/topics.js';

const runs = Number(process.env.TEST_DAMAGED_BATCHES ?? 3_000);

const bytes = fc.option(fc.uint8Array({ maxLength: 20 }).map((array) => Buffer.from(array)));
const record: fc.Arbitrary<OutgoingRecord> = fc.record({
  partition: fc.integer({ min: 0, max: mockPartitions - 1 }),
  value: bytes,
  key: bytes,
  timestampMs: fc.integer({ min: 1, max: 2 ** 40 }),
  headers: fc.array(fc.tuple(fc.string({ maxLength: 5 }), fc.string({ maxLength: 5 })), { maxLength: 3 }),
});
const batch = fc.array(record, { minLength: 1, maxLength: 5 }).map((records) => ({ ...batchOf(records), records }));

describe('damaged frames', () => {
  const native = addon();
  let cluster: MockCluster;
  let topic: string;
  before(async () => {
    cluster = await startMockCluster();
    topic = freshName('damaged');
    await cluster.createTopics([topic]);
  });
  after(() => cluster.stop());

  /** Has `work` call the addon as often as it likes on one producer. */
  const producing = (work: (produce: (frames: FrameBatch) => Promise<void>) => Promise<void>): Promise<void> =>
    connected(new Kafka.Producer({ 'bootstrap.servers': cluster.bootstrapServers }), async (producer) => {
      await native.produce(producer, topic, batchOf([{ partition: 0, value: null, key: null, timestampMs: 1 }]));
      await promised((done) => producer.flush(requestTimeoutMs, done));
      await work((frames) => native.produce(producer, topic, frames));
    });

  /** Either librdkafka's error, or, where damage leaves another number of whole frames, the assertion on their number. */
  async function endsClearly(produced: Promise<void>): Promise<void> {
    try {
      await produced;
    } catch (error) {
      if (error instanceof FatalError) return assert.match(error.message, /records are produced, not/);
      const { code, message } = error as NativeError;
      const expected = [
        ...[ERRORS.ERR__BAD_MSG, ERRORS.ERR__UNKNOWN_PARTITION, ERRORS.ERR_MSG_SIZE_TOO_LARGE],
        ERRORS.ERR__INVALID_ARG,
      ];
      assert.ok(expected.includes(code), `${message} (${code})`);
    }
  }

  it('[mock] of any bytes end in a clear error or are produced as they are, and never crash', () =>
    producing(async (produce) => {
      const anyBytes = fc.uint8Array({ maxLength: 200 });
      await fc.assert(
        fc.asyncProperty(anyBytes, fc.nat(3), (array, count) => {
          const copy = new Uint8Array(array);
          return endsClearly(produce({ bytes: copy.buffer, sizeBytes: copy.length, count }));
        }),
        { numRuns: runs },
      );
    }));

  it('[mock] of which some bytes were changed end so too', () =>
    producing(async (produce) => {
      const change = fc.record({ at: fc.nat(), to: fc.constantFrom(0, 1, 7, 127, 128, 254, 255) });
      const changes = fc.array(change, { minLength: 1, maxLength: 8 });
      await fc.assert(
        fc.asyncProperty(batch, changes, ({ bytes, sizeBytes, count }, changed) => {
          const view = new Uint8Array(bytes);
          for (const { at, to } of changed) view[at % sizeBytes] = to;
          return endsClearly(produce({ bytes, sizeBytes, count }));
        }),
        { numRuns: runs },
      );
    }));

  it('[mock] cut short are damaged, unless they are cut between two', () =>
    producing(async (produce) => {
      await fc.assert(
        fc.asyncProperty(batch, fc.nat(), async ({ bytes, sizeBytes, count, records }, cut) => {
          const left = cut % sizeBytes;
          const whole = records.findIndex((_, index) => batchOf(records.slice(0, index + 1)).sizeBytes > left);
          const produced = produce({ bytes, sizeBytes: left, count });
          if (batchOf(records.slice(0, whole)).sizeBytes === left) await assert.rejects(produced, { exitCode: 70 });
          else await assert.rejects(produced, withCode(ERRORS.ERR__BAD_MSG));
        }),
        { numRuns: 500 },
      );
    }));

  it('[mock] with impossible sizes are damaged, and what lies before them is produced', () =>
    producing(async (produce) => {
      const good: OutgoingRecord = {
        ...{ partition: 0, value: Buffer.from('value'), key: Buffer.from('key'), timestampMs: 1 },
        headers: [['name', 'value']],
      };
      const frameBytes = batchOf([good]).sizeBytes;
      const headersAt = FRAME_HEADER_BYTES + 'value'.length + 'key'.length;
      const largest = 2 ** 31 - 1;
      const damages: ((view: DataView) => void)[] = [
        ...[-2, -largest - 1, largest, largest - 40, frameBytes].flatMap((size) => [
          (view: DataView) => view.setInt32(4, size, true),
          (view: DataView) => view.setInt32(8, size, true),
        ]),
        (view) => view.setUint16(14, 65_535, true),
        // One byte of headers: less than a header has.
        (view) => view.setUint16(14, 1, true),
        // A name, and a value, that are longer than all headers.
        (view) => view.setUint8(headersAt, 255),
        (view) => view.setUint16(headersAt + 1 + 'name'.length, 65_535, true),
      ];
      for (const damage of damages) {
        const { bytes, sizeBytes, count } = batchOf([good, good]);
        damage(new DataView(bytes, frameBytes));
        await assert.rejects(produce({ bytes, sizeBytes, count }), withCode(ERRORS.ERR__BAD_MSG));
      }
    }));
});
