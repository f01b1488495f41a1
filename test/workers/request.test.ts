import assert from 'node:assert/strict';
import fc from 'fast-check';
import { viewOf } from '../../workers/bytes.js';
import { RequestReader } from '../../workers/request.js';
import { NaiveReader, string, zigzag } from './avro-bytes.js';
import { eventId, sectionName } from './section-names.js';

const text = fc.string({ unit: 'grapheme', maxLength: 80 });

/** A number with up to as many bytes more than it needs. */
const padding = fc.integer({ min: 0, max: 3 });
const padded = (value: bigint, pad: number, mostBytes: number): Buffer => {
  const shortest = zigzag(value);
  return zigzag(value, Math.min(pad, mostBytes - shortest.length));
};
const paddedString = (value: string, pad: number): Buffer =>
  Buffer.concat([padded(BigInt(Buffer.byteLength(value)), pad, 10), Buffer.from(value)]);

const request = fc.record({
  ...{ reservationId: text, eventId: eventId.map(BigInt), section: sectionName, seatCount: fc.integer() },
  ...{
    userId: text,
    timestamp: fc.maxSafeInteger().map(BigInt),
    pads: fc.array(padding, { minLength: 6, maxLength: 6 }),
  },
});
type Request = typeof request extends fc.Arbitrary<infer Value> ? Value : never;

const bytesOf = ({ reservationId, eventId, section, seatCount, userId, timestamp, pads }: Request): Buffer => {
  const [first = 0, second = 0, third = 0, fourth = 0, fifth = 0, sixth = 0] = pads;
  return Buffer.concat([
    ...[paddedString(reservationId, first), padded(eventId, second, 10), paddedString(section, third)],
    ...[padded(BigInt(seatCount), fourth, 5), paddedString(userId, fifth), padded(timestamp, sixth, 10)],
  ]);
};

describe('a request that is read in place', () => {
  it('shows what is copied and compared in its shortest form, however long its numbers were', () => {
    const reader = new RequestReader();
    fc.assert(
      fc.property(request, fc.nat(9), (value, before) => {
        const bytes = bytesOf(value);
        const view = viewOf(Buffer.concat([Buffer.alloc(before, 0xff), bytes]));
        assert.equal(reader.read(view, before, before + bytes.length), undefined);
        const shown = (start: number, end: number): Buffer =>
          Buffer.from(reader.view.buffer, reader.view.byteOffset + start, end - start);
        const identity = Buffer.concat([zigzag(value.eventId), string(value.section)]);
        const seatCount = zigzag(BigInt(value.seatCount));
        assert.deepEqual(shown(reader.start, reader.identityStart), string(value.reservationId));
        assert.deepEqual(shown(reader.reservationIdStart, reader.reservationIdEnd), Buffer.from(value.reservationId));
        assert.deepEqual(shown(reader.identityStart, reader.sectionEnd), identity);
        assert.deepEqual(shown(reader.sectionAt, reader.sectionEnd), string(value.section));
        assert.deepEqual(shown(reader.sectionStart, reader.sectionEnd), Buffer.from(value.section));
        assert.deepEqual(shown(reader.sectionEnd, reader.seatCountEnd), seatCount);
        assert.deepEqual(shown(reader.seatCountEnd, reader.userIdEnd), string(value.userId));
        assert.deepEqual(shown(reader.userIdStart, reader.userIdEnd), Buffer.from(value.userId));
        assert.equal(reader.seatCount, value.seatCount);
      }),
      { numRuns: 3000 },
    );
  });

  it('is where it came in, when its numbers were in their shortest form: nothing is copied', () => {
    const reader = new RequestReader();
    fc.assert(
      fc.property(request, (value) => {
        const bytes = bytesOf({ ...value, pads: [] });
        const view = viewOf(bytes);
        assert.equal(reader.read(view, 0, bytes.length), undefined);
        assert.equal(reader.view, view);
        assert.equal(new NaiveReader(bytes).string(), value.reservationId);
      }),
    );
  });
});
