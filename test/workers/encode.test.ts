import assert from 'node:assert/strict';
import avro from 'avsc';
import fc from 'fast-check';
import { schemas } from '../../src/schemas.js';
import { viewOf } from '../../workers/bytes.js';
import {
  encodeFullStatus,
  fullStatusUpperBoundBytes,
  resultUpperBoundBytes,
  sectionKey,
  statusUpperBoundBytes,
  writeResult,
  writeStatus,
} from '../../workers/encode.js';
import { RequestReader } from '../../workers/request.js';
import { SeatMap } from '../../workers/seat-map.js';
import { seatName } from '../../workers/seat-names.js';
import { SectionKey } from '../../workers/section-key.js';
import { eventId, sectionName } from './section-names.js';

/** Types of the test's own: every long is a bigint. */
const bigLong = avro.types.LongType.__with({
  fromBuffer: (bytes: Buffer) => bytes.readBigInt64LE(),
  toBuffer: (value: bigint) => {
    const bytes = Buffer.alloc(8);
    bytes.writeBigInt64LE(value);
    return bytes;
  },
  fromJSON: BigInt,
  toJSON: Number,
  isValid: (value: unknown) => typeof value === 'bigint',
  compare: (a: bigint, b: bigint) => Number(a - b),
});
const typeOf = (name: keyof typeof schemas) =>
  avro.Type.forSchema(schemas[name], {
    typeHook: (schema) =>
      schema === 'long' || (typeof schema === 'object' && 'type' in schema && schema.type === 'long')
        ? bigLong
        : undefined,
  });
const RESULT = typeOf('ReservationCompletedEvent');
const STATUS = typeOf('SectionStatusEvent');
const FULL = typeOf('SectionSeatState');

const REQUEST = typeOf('ReservationRequestedEvent');

const text = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 100 }),
  fc.constantFrom('', 'r-1', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', 'x'.repeat(63), 'x'.repeat(64), '座席 🎟️'),
);
const timestamp = fc.oneof(
  fc.maxSafeInteger(),
  fc.constantFrom(0, 1, 63, 64, -1, 2 ** 27 - 1, 2 ** 27, 2 ** 52, 2 ** 52 + 1, -(2 ** 52), -(2 ** 53) + 1),
);
const requested = fc.record({
  reservationId: text,
  eventId: eventId.map(BigInt),
  section: sectionName,
  seatCount: fc.oneof(fc.integer(), fc.integer({ min: 1, max: 70 }), fc.constantFrom(2 ** 31 - 1, -(2 ** 31))),
  userId: text,
  timestamp: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
});
type Requested = typeof requested extends fc.Arbitrary<infer Value> ? Value : never;

/** The request as it is read from the middle of a buffer. */
function readerOf(value: Requested): RequestReader {
  const bytes = REQUEST.toBuffer(value);
  const reader = new RequestReader();
  const amid = viewOf(Buffer.concat([Buffer.alloc(3, 0xff), bytes, Buffer.alloc(5, 0xff)]));
  assert.equal(reader.read(amid, 3, 3 + bytes.length), undefined);
  return reader;
}

const untouched = Buffer.alloc(128_000, 0xee);
const isUntouched = (bytes: Buffer): boolean => bytes.equals(untouched.subarray(0, bytes.length));

/** What is written at `at` of a buffer that is long enough; nothing before and behind it may change. */
function written(write: (target: DataView, at: number) => number, at: number): Buffer {
  const buffer = Buffer.alloc(at + 64_000, 0xee);
  const end = write(viewOf(buffer), at);
  assert.ok(end > at);
  assert.ok(isUntouched(buffer.subarray(0, at)) && isUntouched(buffer.subarray(end)));
  return buffer.subarray(at, end);
}

const seatNames = (section: string, first: number, length: number): string[] =>
  Array.from({ length }, (_, at) => seatName(section, first + at));

function answerTo(value: Requested, firstSeat: number, ms: number): Buffer {
  const isConfirmed = firstSeat >= 0;
  return RESULT.toBuffer({
    ...value,
    status: isConfirmed ? 'CONFIRMED' : 'REJECTED',
    allocatedSeats: isConfirmed ? seatNames(value.section, firstSeat, value.seatCount) : [],
    timestamp: BigInt(ms),
  });
}

describe('encoding', () => {
  it('a rejection writes the bytes that avsc does, in place', () => {
    fc.assert(
      fc.property(requested, timestamp, fc.nat(50), (value, ms, at) => {
        const reader = readerOf(value);
        const bytes = written((target, position) => writeResult(reader, -1, ms, target, position), at);
        assert.deepEqual(bytes, answerTo(value, -1, ms));
      }),
      { numRuns: 3000 },
    );
  });

  it('a confirmation writes the bytes that avsc does, every seat by its name', () => {
    const seats = fc.integer({ min: 1, max: 70 });
    fc.assert(
      fc.property(requested, seats, fc.nat(2 ** 31 - 100), timestamp, (value, seatCount, firstSeat, ms) => {
        const confirmed = { ...value, seatCount };
        const reader = readerOf(confirmed);
        const bytes = written((target, position) => writeResult(reader, firstSeat, ms, target, position), 9);
        assert.deepEqual(bytes, answerTo(confirmed, firstSeat, ms));
      }),
      { numRuns: 2000 },
    );
  });

  it('a status writes the bytes that avsc does, within its upper bound', () => {
    fc.assert(
      fc.property(eventId, sectionName, fc.nat(), timestamp, fc.nat(50), (event, section, availableCount, ms, at) => {
        const key = new SectionKey(event, section);
        const bytes = written((target, position) => writeStatus(key, availableCount, ms, target, position), at);
        const status = { eventId: BigInt(event), section, availableCount, timestamp: BigInt(ms) };
        assert.deepEqual(bytes, STATUS.toBuffer(status));
        assert.ok(key.identityStart + bytes.length <= statusUpperBoundBytes(key.identityStart));
      }),
      { numRuns: 2000 },
    );
  });

  it('a full status writes the bytes that avsc does, every seat once in its order, within its upper bound', () => {
    const reserved = fc.array(fc.nat(200), { maxLength: 30 });
    const perRow = fc.integer({ min: -1, max: 120 });
    fc.assert(
      fc.property(eventId, sectionName, fc.nat(12), perRow, reserved, (event, section, rows, seatsPerRow, taken) => {
        const map = SeatMap.create(rows, seatsPerRow, taken);
        const target = Buffer.alloc(5 + fullStatusUpperBoundBytes(section, map.seatCount), 0xee);
        const sizeBytes = encodeFullStatus(event, section, map, target, 5);
        const seatStatuses = Object.fromEntries(
          seatNames(section, 0, map.seatCount).map((name, seat) => [name, map.isFree(seat) ? 'AVAILABLE' : 'RESERVED']),
        );
        const status = { eventId: BigInt(event), section, seatStatuses, availableCount: map.available };
        assert.deepEqual(target.subarray(5, 5 + sizeBytes), FULL.toBuffer(status));
        assert.ok(isUntouched(target.subarray(0, 5)) && isUntouched(target.subarray(5 + sizeBytes)));
        const keyBytes = Buffer.byteLength(sectionKey(event, section));
        assert.ok(keyBytes + sizeBytes <= fullStatusUpperBoundBytes(section, map.seatCount));
        assert.throws(() => encodeFullStatus(event, section, map, target.subarray(0, 4 + sizeBytes), 5), RangeError);
      }),
      { numRuns: 500 },
    );
  });

  it("a result's upper bound holds for every answer the request can get, and is near", () => {
    const seats = fc.integer({ min: 0, max: 2000 });
    fc.assert(
      fc.property(
        requested,
        seats,
        fc.integer({ min: -5, max: 40 }),
        fc.nat(),
        (value, sectionSeats, seatCount, any) => {
          const request = { ...value, seatCount };
          const bound = resultUpperBoundBytes(readerOf(request), sectionSeats);
          const keyBytes = Buffer.byteLength(request.reservationId);
          assert.ok(keyBytes + answerTo(request, -1, Number.MIN_SAFE_INTEGER).length <= bound);
          if (seatCount <= 0 || seatCount > sectionSeats) return;
          const firstSeat = any % (sectionSeats - seatCount + 1);
          const sizeBytes = keyBytes + answerTo(request, firstSeat, Number.MIN_SAFE_INTEGER).length;
          assert.ok(sizeBytes <= bound);
          assert.ok(bound <= sizeBytes + 60 + 4 * seatCount);
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('an absurd request has the bound of its rejection: it is no poison', () => {
    const request = { reservationId: 'r', eventId: 1n, section: 'A', userId: 'u', timestamp: 1n };
    const boundOf = (seatCount: number, sectionSeats: number): number =>
      resultUpperBoundBytes(readerOf({ ...request, seatCount }), sectionSeats);
    assert.ok(boundOf(2 ** 31 - 1, 5000) < 100);
    assert.ok(boundOf(-(2 ** 31), 5000) < 100);
    assert.ok(boundOf(3, 0) < 100);
  });

  it('writes a slim status of a dozen bytes', () => {
    const target = new DataView(new ArrayBuffer(64));
    assert.equal(writeStatus(new SectionKey(42, 'A12'), 4321, 1_700_000_000_000, target, 0), 13);
  });

  it('names a section by event and section, longs in full', () => {
    assert.equal(sectionKey(7, 'A-1'), '7-A-1');
    assert.equal(sectionKey(-(2n ** 63n), 'A'), '-9223372036854775808-A');
    assert.equal(seatName('A-1', 0), 'A-1-1');
  });
});
