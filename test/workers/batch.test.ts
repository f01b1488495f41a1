import assert from 'node:assert/strict';
import { InputTopic } from '../../src/frames.js';
import type { SlotSettings } from '../../src/slots/settings.js';
import { Section } from '../../workers/section.js';
import {
  answersIn,
  initRecord,
  rawRecord,
  readFrames,
  requestRecord,
  shownStatuses,
  statusesIn,
} from '../support/fakes/records.js';
import { slotSettings } from '../support/fakes/settings.js';
import { openedSlot, type Processed, processOnce, type SlotDriver } from '../support/fakes/slot-driver.js';
import { partitionOf } from '../support/murmur2.js';
import { fullStatusCodec } from '../support/wire.js';

const granted = (batch: Processed): string[] =>
  answersIn(batch).map(({ status, allocatedSeats }) => `${status} ${allocatedSeats}`.trim());
const codes = (batch: Processed): (string | undefined)[] =>
  readFrames(batch.deadLetters).map(({ headers }) => headers['error.code']);

/** Outputs are grouped by their partition; in one partition all are in the order of their inputs. */
const onePartition = { partitionCounts: { results: 1, status: 1, deadLetters: 1 } };

describe('a batch in its slot', () => {
  it('answers every field of a request, under the record timestamp and the partition of its key', async () => {
    const asked = { reservationId: 'r-1', eventId: 2n ** 60n, section: 'B-2', seatCount: 2, userId: 'someone' };
    const batch = await processOnce(
      slotSettings(),
      initRecord({ eventId: asked.eventId, section: asked.section }, { offset: 0, timestampMs: 70 }),
      requestRecord({ ...asked, timestamp: 1n }, { offset: 0, timestampMs: 77 }),
    );
    assert.deepEqual(answersIn(batch), [
      { ...asked, status: 'CONFIRMED', allocatedSeats: ['B-2-1', 'B-2-2'], timestamp: 77n },
    ]);
    const [frame] = readFrames(batch.results);
    assert.equal(frame?.text, 'r-1');
    assert.equal(frame.timestampMs, 77);
    assert.equal(frame.partition, partitionOf(Buffer.from('r-1'), 4));
  });

  it('takes the section from the value, whatever the key says', async () => {
    const init = { ...initRecord({ section: 'A' }, { offset: 0 }), key: Buffer.from('1-Other') };
    const request = { ...requestRecord({ section: 'A' }, { offset: 0 }), key: null };
    assert.deepEqual(granted(await processOnce(slotSettings(), init, request)), ['CONFIRMED A-1']);
  });

  it('rejects without seats, and counts why', async () => {
    const batch = await processOnce(
      slotSettings({ limits: { seatsPerRequest: 5 } }),
      initRecord({ seatsPerRow: 4, initialReserved: ['A-3'] }, { offset: 0 }),
      requestRecord({ section: 'unknown' }, { offset: 0 }),
      ...[0, -1, 6, 2 ** 31 - 1, 5, 3].map((seatCount, at) => requestRecord({ seatCount }, { offset: 1 + at })),
    );
    assert.deepEqual(
      granted(batch),
      Array.from({ length: 7 }, () => 'REJECTED'),
    );
    const { confirmed, requests, rejected } = batch.counts;
    assert.deepEqual(
      { confirmed, requests, ...rejected },
      {
        ...{ confirmed: 0, requests: 7, unknownSection: 1, seatCount: 2, tooManySeats: 2 },
        ...{ tooFewSeats: 1, noAdjacentSeats: 1 },
      },
    );
  });

  it('counts records, inits, seats and statuses', async () => {
    const batch = await processOnce(
      slotSettings({ emit: 'every' }),
      ...[initRecord({}, { offset: 0 }), requestRecord({ seatCount: 3 }, { offset: 0 })],
      ...[requestRecord({ seatCount: 9 }, { offset: 1 }), rawRecord(InputTopic.requests, 2, null)],
    );
    const { messages, inits, requests, confirmed, seatsSold, statuses, nullValues } = batch.counts;
    assert.deepEqual([messages, inits, requests, confirmed, seatsSold, statuses, nullValues], [4, 1, 2, 1, 3, 3, 1]);
  });

  describe('its statuses', () => {
    const records = [
      initRecord({}, { offset: 0, timestampMs: 10 }),
      initRecord({ section: 'B' }, { offset: 1, timestampMs: 11 }),
      requestRecord({ seatCount: 2 }, { offset: 0, timestampMs: 12 }),
      requestRecord({ seatCount: 99 }, { offset: 1, timestampMs: 13 }),
      requestRecord({ section: 'unknown' }, { offset: 2, timestampMs: 14 }),
    ];

    it('with emit every: one for each init and each request whose section exists, confirmed or rejected', async () => {
      const batch = await processOnce(slotSettings({ emit: 'every', ...onePartition }), ...records);
      assert.deepEqual(shownStatuses(batch), ['A 10 at 10', 'B 10 at 11', 'A 8 at 12', 'A 8 at 13']);
    });

    it('with emit latest: the last one of each section of the batch', async () => {
      const batch = await processOnce(slotSettings(), ...records);
      assert.deepEqual(shownStatuses(batch).sort(), ['A 8 at 13', 'B 10 at 11']);
      const [frame] = readFrames(batch.statuses).filter(({ text }) => text === '1-A');
      assert.equal(frame?.partition, partitionOf(Buffer.from('1-A'), 3));
      assert.equal(frame.timestampMs, 13);
    });

    it('follow a rejected request of a later batch, too, which writes no image', async () => {
      const driver = await openedSlot(slotSettings());
      await driver.process(...records);
      const later = await driver.process(requestRecord({ seatCount: 99 }, { offset: 3, timestampMs: 20 }));
      assert.deepEqual(shownStatuses(later), ['A 8 at 20']);
      assert.equal(later.images.count, 0);
    });

    it('with payload full: the whole map', async () => {
      const settings = slotSettings({ payload: 'full' });
      const init = initRecord({ seatsPerRow: 3, initialReserved: ['A-2'] }, { offset: 0 });
      const { statuses } = await processOnce(settings, init, requestRecord({}, { offset: 0 }));
      const values = readFrames(statuses).map(({ value }) => ({ ...fullStatusCodec.decode(value ?? Buffer.alloc(0)) }));
      assert.deepEqual(values, [
        {
          ...{ eventId: 1n, section: 'A', availableCount: 1 },
          seatStatuses: { 'A-1': 'RESERVED', 'A-2': 'RESERVED', 'A-3': 'AVAILABLE' },
        },
      ]);
    });
  });

  describe('an init of a section with sold seats', () => {
    const setUp = [
      initRecord({ initialReserved: ['A-1'] }, { offset: 0 }),
      requestRecord({ seatCount: 2 }, { offset: 0 }),
    ];
    const anew = initRecord({ seatsPerRow: 4 }, { offset: 1, timestampMs: 99 });
    const ask = requestRecord({ seatCount: 4 }, { offset: 1, timestampMs: 100 });

    it('replaces it, and says how many seats were sold', async () => {
      const batch = await processOnce(slotSettings(onePartition), ...setUp, anew, ask);
      assert.deepEqual(granted(batch).slice(1), ['CONFIRMED A-1,A-2,A-3,A-4']);
      assert.deepEqual(batch.replacements, [{ key: '1-A', sold: 2, refused: false }]);
      assert.equal(batch.deadLetters.count, 0);
    });

    it('is refused when so configured: the section stays, its status goes out, the command is a dead letter', async () => {
      const driver = await openedSlot(slotSettings({ onSold: 'refuse' }));
      await driver.process(...setUp);
      const batch = await driver.process(anew);
      assert.deepEqual(shownStatuses(batch), ['A 7 at 99']);
      assert.deepEqual(codes(batch), ['sectionSold']);
      assert.deepEqual(batch.replacements, [{ key: '1-A', sold: 2, refused: true }]);
      assert.equal(batch.images.count, 0);
      assert.deepEqual(granted(await driver.process(ask)), ['CONFIRMED A-4,A-5,A-6,A-7']);
    });

    it('is replaced without a word while nothing is sold, reserved seats or not', async () => {
      const batch = await processOnce(slotSettings({ onSold: 'refuse' }), setUp[0]!, anew, ask);
      assert.deepEqual(granted(batch), ['CONFIRMED A-1,A-2,A-3,A-4']);
      assert.deepEqual(batch.replacements, []);
    });

    it('twice within a batch leaves one image and one status, the last', async () => {
      const last = initRecord({ seatsPerRow: 6 }, { offset: 2, timestampMs: 101 });
      const batch = await processOnce(slotSettings(), ...setUp, anew, ask, last);
      const images = readFrames(batch.images);
      assert.deepEqual(
        images.map(({ text, value }) => [text, value?.readUInt32LE(32), value?.readUInt32LE(40)]),
        [['1-A', 6, 6]],
      );
      assert.deepEqual(shownStatuses(batch), ['A 6 at 101']);
      assert.deepEqual(
        batch.replacements.map(({ sold }) => sold),
        [2, 4],
      );
    });

    it('hundreds of times: the first hundred are named', async () => {
      const records = Array.from({ length: 150 }, (_, at) => [
        initRecord({ section: `S${at}` }, { offset: 2 * at }),
        requestRecord({ section: `S${at}` }, { offset: at }),
        initRecord({ section: `S${at}` }, { offset: 2 * at + 1 }),
      ]).flat();
      assert.equal((await processOnce(slotSettings(), ...records)).replacements.length, 100);
    });
  });

  it('groups answers and statuses by their partition, each in the order of its requests', async () => {
    const asked = Array.from({ length: 60 }, (_, offset) => requestRecord({}, { offset, timestampMs: 100 + offset }));
    const inits = ['A', 'B', 'C'].map((section, offset) =>
      initRecord({ section }, { offset, timestampMs: 50 + offset }),
    );
    const batch = await processOnce(slotSettings({ emit: 'every' }), ...inits, ...asked);
    assert.deepEqual([batch.results.count, batch.statuses.count], [60, 63]);
    for (const [output, partitionCount] of [
      [batch.results, 4],
      [batch.statuses, 3],
    ] as const) {
      const frames = readFrames(output).map(({ partition, timestampMs, text = '' }) => ({
        partition,
        timestampMs,
        text,
      }));
      for (const { partition, text } of frames) assert.equal(partition, partitionOf(Buffer.from(text), partitionCount));
      const sorted = [...frames].sort((a, b) => a.partition - b.partition || a.timestampMs - b.timestampMs);
      assert.deepEqual(frames, sorted);
      assert.ok(new Set(frames.map(({ partition }) => partition)).size > 1);
    }
  });

  it('writes one image for each section that it changed, with the positions at its end', async () => {
    const batch = await processOnce(
      slotSettings(),
      ...[
        initRecord({}, { offset: 3 }),
        requestRecord({}, { offset: 40 }),
        initRecord({ section: 'B' }, { offset: 4 }),
      ],
      ...[requestRecord({}, { offset: 44 }), requestRecord({ section: 'unknown' }, { offset: 49 })],
    );
    const images = readFrames(batch.images);
    assert.deepEqual(images.map(({ text }) => text).sort(), ['1-A', '1-B']);
    for (const { value, partition } of images) {
      assert.equal(partition, 0);
      assert.deepEqual([value?.readBigInt64LE(8), value?.readBigInt64LE(16)], [5n, 50n]);
    }
  });

  describe('a record that was processed before its image was written', () => {
    /** A slot whose images stand for init 5 and requests 50. */
    async function behind(guarantee: SlotSettings['guarantee']): Promise<SlotDriver> {
      const driver = await openedSlot(slotSettings({ guarantee }));
      await driver.process(initRecord({}, { offset: 4 }), requestRecord({}, { offset: 49 }));
      return driver;
    }

    it('is skipped under at_least_once, without an answer; the next one is not', async () => {
      const driver = await behind('at_least_once');
      const batch = await driver.process(
        ...[initRecord({ seatsPerRow: 2 }, { offset: 4 }), requestRecord({}, { offset: 49 })],
        ...[requestRecord({}, { offset: 50 }), requestRecord({ section: 'unknown' }, { offset: 51 })],
      );
      assert.deepEqual(granted(batch), ['CONFIRMED A-2', 'REJECTED']);
      assert.equal(batch.counts.skipped, 2);
    });

    it('has image and status sent again under at_least_once, as they stand: older ones may lie behind them', async () => {
      const driver = await behind('at_least_once');
      const shown = ({ images }: Processed): string[] =>
        readFrames(images).map(({ text, value }) => `${text} ${value?.readBigInt64LE(8)} ${value?.readBigInt64LE(16)}`);
      const before = readFrames((await driver.process(requestRecord({}, { offset: 50 }))).images);
      const again = await driver.process(requestRecord({}, { offset: 40 }), requestRecord({}, { offset: 41 }));
      assert.deepEqual(shown(again), ['1-A 5 51']);
      assert.deepEqual(readFrames(again.images)[0]?.value, before[0]?.value);
      assert.deepEqual(shownStatuses(again), ['A 8 at 1050']);
      const beyond = await driver.process(
        initRecord({}, { offset: 4 }),
        requestRecord({ section: 'B' }, { offset: 60 }),
      );
      assert.deepEqual(shown(beyond), ['1-A 5 61']);
    });

    it('is a broken invariant under exactly_once', async () => {
      for (const record of [initRecord({}, { offset: 4 }), requestRecord({}, { offset: 49 })]) {
        const driver = await behind('exactly_once');
        await assert.rejects(driver.process(record), { exitCode: 70, message: /broken invariant.*1-A/ });
      }
    });
  });

  it('gives the same bytes for the same input: it reads no clock', async () => {
    const records = [
      initRecord({}, { offset: 0 }),
      requestRecord({}, { offset: 0 }),
      rawRecord(InputTopic.init, 1, Buffer.from([1])),
    ];
    const [one, other] = [await processOnce(slotSettings(), ...records), await processOnce(slotSettings(), ...records)];
    for (const topic of ['results', 'statuses', 'images', 'deadLetters'] as const) {
      assert.deepEqual(readFrames(one[topic]), readFrames(other[topic]));
    }
  });

  it('takes a record timestamp that no clock will ever show: answers, and images that can be read, have the nearest', async () => {
    for (const [timestampMs, nearest] of [
      [2 ** 60, Number.MAX_SAFE_INTEGER],
      [-(2 ** 60), Number.MIN_SAFE_INTEGER],
    ] as const) {
      const init = initRecord({}, { offset: 0, timestampMs });
      const batch = await processOnce(slotSettings(), init, requestRecord({}, { offset: 0, timestampMs }));
      assert.deepEqual(
        [...answersIn(batch), ...statusesIn(batch)].map((one) => one.timestamp),
        [BigInt(nearest), BigInt(nearest)],
      );
      const [image] = readFrames(batch.images);
      assert.equal(Section.fromImage('1-A', image?.value ?? Buffer.alloc(0)).lastTimestampMs, nearest);
    }
  });
});
