import assert from 'node:assert/strict';
import { InputTopic } from '../../src/frames.js';
import { total } from '../../src/slots/counts.js';
import {
  answersIn,
  initRecord,
  rawRecord,
  readFrames,
  requestRecord,
  shownStatuses,
} from '../support/fakes/records.js';
import { slotSettings } from '../support/fakes/settings.js';
import { openedSlot, type Processed, processOnce } from '../support/fakes/slot-driver.js';
import { partitionOf } from '../support/murmur2.js';

const codes = (batch: Processed): (string | undefined)[] =>
  readFrames(batch.deadLetters).map(({ headers }) => headers['error.code']);
const letters = (batch: Processed) => readFrames(batch.deadLetters);

describe('a dead letter', () => {
  const garbage = Buffer.alloc(9, 0xff);

  it('is the record as received, with what is wrong and where it was', async () => {
    const key = Buffer.from('a key');
    const batch = await processOnce(
      slotSettings(),
      ...[rawRecord(InputTopic.init, 3, garbage, key), rawRecord(InputTopic.requests, 7, Buffer.alloc(0))],
    );
    const [init, request] = letters(batch);
    assert.deepEqual([init?.key, init?.value, init?.timestampMs], [key, garbage, 1_003]);
    assert.equal(init?.partition, partitionOf(key, 2));
    const { 'error.message': reason, ...headers } = init?.headers ?? {};
    assert.match(reason ?? '', /eventId/);
    assert.deepEqual(headers, { 'error.code': 'undecodable', topic: 'section-init', partition: '0', offset: '3' });
    assert.deepEqual([request?.key, request?.value], [null, Buffer.alloc(0)]);
    assert.equal(request?.headers.topic, 'reservation-requests');
    assert.equal(batch.counts.deadLetters.undecodable, 2);
  });

  it('is what is over a limit: names, seats, sections; the sections stay as they were', async () => {
    const limits = { sectionNameBytes: 4, seatsPerSection: 20, sectionsPerPartition: 2 };
    // With one partition each the outputs are in the order of their inputs.
    const partitionCounts = { results: 1, status: 1, deadLetters: 1 };
    const driver = await openedSlot(slotSettings({ limits, partitionCounts }));
    const batch = await driver.process(
      ...[initRecord({}, { offset: 0 }), initRecord({ section: 'ééx' }, { offset: 1 })],
      ...[initRecord({ rows: 3, seatsPerRow: 7 }, { offset: 2 }), initRecord({ section: 'B' }, { offset: 3 })],
      ...[initRecord({ section: 'C' }, { offset: 4 }), initRecord({ section: 'B', rows: 2 }, { offset: 5 })],
      initRecord({ rows: 2 ** 31 - 1, seatsPerRow: 2 ** 31 - 1 }, { offset: 6 }),
    );
    assert.deepEqual(codes(batch), ['sectionNameTooLong', 'sectionTooLarge', 'tooManySections', 'sectionTooLarge']);
    assert.deepEqual(
      shownStatuses(batch).map((one) => one.slice(0, 4)),
      ['A 10', 'B 20'],
    );
    assert.equal(total(batch.counts.deadLetters), 4);
  });

  it('is a request whose answer could be too large; its seats stay free', async () => {
    const driver = await openedSlot(slotSettings({ limits: { messageBytes: 2_000 } }));
    const section = 'x'.repeat(100);
    const batch = await driver.process(
      initRecord({ section, seatsPerRow: 100 }, { offset: 0 }),
      requestRecord({ section, seatCount: 30 }, { offset: 0 }),
      requestRecord({ section, seatCount: 3 }, { offset: 1 }),
      requestRecord({ section: 'unknown', userId: 'u'.repeat(3_000) }, { offset: 2 }),
    );
    assert.deepEqual(codes(batch), ['answerTooLarge', 'answerTooLarge']);
    assert.deepEqual(answersIn(batch)[0]?.allocatedSeats, [`${section}-1`, `${section}-2`, `${section}-3`]);
    assert.ok(readFrames(batch.results).every(({ value }) => (value?.length ?? 0) <= 2_000));
  });

  it('is an init whose full status could be too large', async () => {
    const settings = slotSettings({ payload: 'full', limits: { messageBytes: 2_000 } });
    const batch = await processOnce(settings, initRecord({ seatsPerRow: 200 }, { offset: 0 }));
    assert.deepEqual(codes(batch), ['statusTooLarge']);
  });

  it('that is too large itself keeps its size and the beginning of its key', async () => {
    const key = Buffer.from('k'.repeat(5_000));
    const settings = slotSettings({ limits: { messageBytes: 20_000 } });
    const large = rawRecord(InputTopic.requests, 0, Buffer.alloc(18_000, 0xff), key);
    const [letter] = letters(await processOnce(settings, large));
    assert.equal(letter?.value, null);
    assert.deepEqual(letter.key, key.subarray(0, 256));
    assert.equal(letter.headers.size, '23000');
    assert.equal(letter.partition, partitionOf(key.subarray(0, 256), 2));
  });
});

describe('outputs', () => {
  it('never have the timestamp 0, which librdkafka would take for now', async () => {
    const batch = await processOnce(
      slotSettings(),
      ...[initRecord({}, { offset: 0, timestampMs: 0 }), requestRecord({}, { offset: 0, timestampMs: -1 })],
      { ...rawRecord(InputTopic.init, 1, Buffer.from([1])), timestampMs: 0 },
    );
    for (const topic of ['results', 'statuses', 'images', 'deadLetters'] as const) {
      for (const { timestampMs } of readFrames(batch[topic])) assert.equal(timestampMs, 1);
    }
  });
});
