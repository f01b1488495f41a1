import assert from 'node:assert/strict';
import { type ExpectationOptions, expect, merge } from './expected.js';
import type { KafkaRecord } from './kafka-client.js';
import { murmur2 } from './murmur2.js';
import { type Init, initCodec, type Request, requestCodec } from './wire.js';

const record = (offset: number, timestampMs: number, value: Buffer | null = null): KafkaRecord => ({
  partition: 0,
  offset,
  timestampMs,
  key: null,
  value,
  headers: {},
});
const init = (overrides: Partial<Init> = {}): Buffer =>
  initCodec.encode({ eventId: 1n, section: 'A', rows: 2, seatsPerRow: 5, initialReserved: [], ...overrides });
const request = (reservationId: string, overrides: Partial<Request> = {}): Buffer =>
  requestCodec.encode({
    reservationId,
    eventId: 1n,
    section: 'A',
    seatCount: 2,
    userId: 'u',
    timestamp: 0n,
    ...overrides,
  });
const run = (inits: KafkaRecord[], requests: KafkaRecord[], options: Partial<ExpectationOptions> = {}) =>
  expect([inits], [requests], options);

describe('expectations from the inputs', () => {
  it('merges by the heads: smaller timestamp first, init on a tie, offset order within a topic', () => {
    const order = [
      ...merge([record(0, 10), record(1, 5), record(2, 30)], [record(0, 10), record(1, 40), record(2, 20)]),
    ];
    assert.deepEqual(
      order.map(({ side, record }) => `${side}${record.offset}`),
      ['init0', 'init1', 'requests0', 'init2', 'requests1', 'requests2'],
    );
  });

  it('gives the seats of a section set up anew between two requests again', () => {
    const { answers, statuses } = run(
      [record(0, 1, init()), record(1, 5, init({ rows: 1 }))],
      [record(0, 1, request('a')), record(1, 4, request('b')), record(2, 5, request('c'))],
    );
    assert.deepEqual(
      [...answers.values()].map(({ seats }) => seats),
      [
        ['A-1', 'A-2'],
        ['A-3', 'A-4'],
        ['A-1', 'A-2'],
      ],
    );
    assert.deepEqual(
      statuses.get('1-A')?.map(({ availableCount }) => availableCount),
      [10, 8, 6, 5, 3],
    );
  });

  it('skips null, and buries what can not be decoded or answered without touching a seat', () => {
    const { answers, deadLetters } = run(
      [
        record(0, 1, init()),
        record(1, 2, null),
        record(2, 2, Buffer.alloc(0)),
        record(3, 2, init({ rows: 2 ** 31 - 1 })),
      ],
      [
        record(0, 3, Buffer.from([1, 2, 3])),
        record(1, 3, Buffer.concat([request('trailing'), Buffer.from([0])])),
        record(2, 3, request('i'.repeat(900))),
        record(3, 3, request('last')),
      ],
      { messageBytes: 1_000 },
    );
    assert.deepEqual(
      deadLetters.map(({ side, record }) => `${side}${record.offset}`),
      ['init2', 'init3', 'requests0', 'requests1', 'requests2'],
    );
    assert.deepEqual(answers.get('last')?.seats, ['A-1', 'A-2']);
  });

  it('tells what of a removed section came behind an init that it refused', () => {
    const removal = { ...record(2, 5), key: Buffer.from('remove:1-A') };
    const inits = [record(0, 1, init()), record(1, 3, init()), removal, record(3, 7, init())];
    const requests = [record(0, 2, request('a')), record(1, 4, request('b')), record(2, 8, request('c'))];
    const { answersInOrder, statuses } = run(inits, requests, { onSold: 'refuse' });
    const isBehind = answersInOrder.map(({ isBehindRefusal }) => isBehindRefusal === true);
    assert.deepEqual(isBehind, [false, true, false]);
    const behind = statuses.get('1-A')?.filter(({ isBehindRefusal }) => isBehindRefusal);
    assert.deepEqual(
      behind?.map(({ availableCount, timestampMs }) => `${availableCount} at ${timestampMs}`),
      ['8 at 3', '6 at 4'],
    );
    const replacing = run(inits, requests, { onSold: 'replace' });
    assert.ok(replacing.answersInOrder.every(({ isBehindRefusal }) => isBehindRefusal === undefined));
  });

  it('tells event ids beyond 2^53 apart', () => {
    const eventId = 2n ** 53n;
    const { answers } = run(
      [record(0, 1, init({ eventId }))],
      [record(0, 2, request('known', { eventId })), record(1, 2, request('unknown', { eventId: eventId + 1n }))],
    );
    assert.equal(answers.get('known')?.status, 'CONFIRMED');
    assert.equal(answers.get('unknown')?.status, 'REJECTED');
  });
});

describe('murmur2', () => {
  it("gives the hashes of Kafka's own UtilsTest", () => {
    const vectors: readonly (readonly [string, number])[] = [
      ['21', -973932308],
      ['foobar', -790332482],
      ['a-little-bit-long-string', -985981536],
      ['a-little-bit-longer-string', -1486304829],
      ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58897971],
      ['abc', 479470107],
    ];
    for (const [text, hash] of vectors) assert.equal(murmur2(Buffer.from(text)), hash, text);
  });
});
