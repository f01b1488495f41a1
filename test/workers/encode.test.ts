import assert from 'node:assert/strict';
import avro from 'avsc';
import fc from 'fast-check';
import { schemas } from '../../src/schemas.js';
import type { ReservationResult } from '../../workers/avro.js';
import {
  encodeFullStatus,
  encodeResult,
  encodeStatus,
  fullStatusUpperBoundBytes,
  resultUpperBoundBytes,
  sectionKey,
} from '../../workers/encode.js';
import { SeatMap } from '../../workers/seat-map.js';
import { seatName, seatNames } from '../../workers/seat-names.js';

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

const text = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 100 }),
  fc.constantFrom('', 'A', 'A-1', 'Balcony-East-', 'Été 座席 🎟️', '__proto__', 'constructor'),
);
const long = fc.oneof(
  fc.maxSafeInteger(),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  fc.constantFrom<number | bigint>(0, -1, 2 ** 52, -(2 ** 52), -(2 ** 52) - 1, 2 ** 53 - 1, -(2 ** 53) + 1),
  fc.constantFrom<number | bigint>(
    2n ** 53n,
    2n ** 53n + 1n,
    -(2n ** 53n),
    -(2n ** 53n) - 1n,
    2n ** 63n - 1n,
    -(2n ** 63n),
  ),
);
const result: fc.Arbitrary<ReservationResult> = fc.record({
  reservationId: text,
  eventId: long,
  userId: text,
  status: fc.constantFrom<'CONFIRMED' | 'REJECTED'>('CONFIRMED', 'REJECTED'),
  section: text,
  seatCount: fc.integer(),
  allocatedSeats: fc.array(text),
  timestamp: long,
});

/** Writes at `at` of a buffer that is long enough; nothing before may change. */
function written(encode: (buffer: Buffer, at: number) => number, at: number): Buffer {
  const buffer = Buffer.alloc(at + 64_000, 0xee);
  const sizeBytes = encode(buffer, at);
  assert.ok(sizeBytes > 0);
  assert.ok(buffer.subarray(0, at).every((byte) => byte === 0xee));
  return buffer.subarray(at, at + sizeBytes);
}

/** In a buffer that is one byte or more too short nothing fits, and in one that is exactly as long it does. */
function assertFitsExactly(encode: (buffer: Buffer, at: number) => number, sizeBytes: number): void {
  for (const missing of [1, 2, Math.ceil(sizeBytes / 2), sizeBytes]) {
    assert.ok(encode(Buffer.alloc(7 + sizeBytes - missing), 7) < 0, `${missing} missing of ${sizeBytes}`);
  }
  assert.equal(encode(Buffer.alloc(7 + sizeBytes), 7), sizeBytes);
}

describe('encoding', () => {
  it('a result writes what Avro reads back, in place, or says that it does not fit', () => {
    fc.assert(
      fc.property(result, fc.nat(50), (value, at) => {
        const encode = (buffer: Buffer, position: number): number => encodeResult(value, buffer, position);
        const bytes = written(encode, at);
        const expected = { ...value, eventId: BigInt(value.eventId), timestamp: BigInt(value.timestamp) };
        assert.deepEqual({ ...RESULT.fromBuffer(bytes) }, expected);
        assertFitsExactly(encode, bytes.length);
      }),
      { numRuns: 1000 },
    );
  });

  it('a status writes what Avro reads back, in place, or says that it does not fit', () => {
    fc.assert(
      fc.property(long, text, fc.nat(), long, fc.nat(50), (eventId, section, availableCount, timestamp, at) => {
        const status = { eventId, section, availableCount, timestamp };
        const encode = (buffer: Buffer, position: number): number => encodeStatus(status, buffer, position);
        const bytes = written(encode, at);
        const expected = { ...status, eventId: BigInt(eventId), timestamp: BigInt(timestamp) };
        assert.deepEqual({ ...STATUS.fromBuffer(bytes) }, expected);
        assertFitsExactly(encode, bytes.length);
      }),
      { numRuns: 1000 },
    );
  });

  it('a full status names every seat once, as free or taken, within its upper bound', () => {
    const reserved = fc.array(fc.nat(200), { maxLength: 30 });
    const rows = fc.integer({ min: 0, max: 12 });
    fc.assert(
      fc.property(
        long,
        text,
        rows,
        fc.integer({ min: -1, max: 12 }),
        reserved,
        (eventId, section, rowCount, perRow, taken) => {
          const map = SeatMap.create(rowCount, perRow, taken);
          const encode = (buffer: Buffer, at: number): number => encodeFullStatus(eventId, section, map, buffer, at);
          const bytes = written(encode, 5);
          const status = FULL.fromBuffer(bytes);
          assert.equal(status.eventId, BigInt(eventId));
          assert.equal(status.section, section);
          assert.equal(status.availableCount, map.available);
          const expected = seatNames(section, 0, map.seatCount).map((name, seat) => [
            name,
            map.isFree(seat) ? 'AVAILABLE' : 'RESERVED',
          ]);
          assert.deepEqual(Object.entries(status.seatStatuses), expected);
          assertFitsExactly(encode, bytes.length);
          const withKey = bytes.length + Buffer.byteLength(sectionKey(eventId, section));
          assert.ok(withKey <= fullStatusUpperBoundBytes(section, map.seatCount));
        },
      ),
      { numRuns: 300 },
    );
  });

  it("a result's upper bound holds for every answer the request can get, and is near", () => {
    const seats = fc.integer({ min: 0, max: 2000 });
    fc.assert(
      fc.property(result, seats, fc.integer({ min: -5, max: 40 }), fc.nat(), (value, sectionSeats, seatCount, any) => {
        const request = { ...value, seatCount };
        const bound = resultUpperBoundBytes(request, sectionSeats);
        const key = Buffer.byteLength(request.reservationId);
        const rejected = { ...request, status: 'REJECTED' as const, allocatedSeats: [] };
        assert.ok(key + written((buffer, at) => encodeResult(rejected, buffer, at), 0).length <= bound);
        if (seatCount <= 0 || seatCount > sectionSeats) return;
        const allocatedSeats = seatNames(request.section, any % (sectionSeats - seatCount + 1), seatCount);
        const confirmed = { ...request, status: 'CONFIRMED' as const, allocatedSeats };
        const sizeBytes = key + written((buffer, at) => encodeResult(confirmed, buffer, at), 0).length;
        assert.ok(sizeBytes <= bound);
        assert.ok(bound <= sizeBytes + 60 + 4 * seatCount);
      }),
      { numRuns: 1000 },
    );
  });

  it('an absurd request has the bound of its rejection: it is no poison', () => {
    const request = { reservationId: 'r', eventId: 1, section: 'A', seatCount: 2 ** 31 - 1, userId: 'u', timestamp: 1 };
    assert.ok(resultUpperBoundBytes(request, 5000) < 100);
    assert.ok(resultUpperBoundBytes({ ...request, seatCount: -(2 ** 31) }, 5000) < 100);
    assert.ok(resultUpperBoundBytes({ ...request, seatCount: 3 }, 0) < 100);
  });

  it('writes a slim status of a dozen bytes', () => {
    const status = { eventId: 42, section: 'A12', availableCount: 4321, timestamp: 1_700_000_000_000 };
    assert.equal(encodeStatus(status, Buffer.alloc(64), 0), 13);
  });

  it('names a section by event and section, longs in full', () => {
    assert.equal(sectionKey(7, 'A-1'), '7-A-1');
    assert.equal(sectionKey(-(2n ** 63n), 'A'), '-9223372036854775808-A');
    assert.equal(seatName('A-1', 0), 'A-1-1');
  });
});
