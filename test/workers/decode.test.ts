import assert from 'node:assert/strict';
import avro from 'avsc';
import fc from 'fast-check';
import { schemas } from '../../src/schemas.js';
import { decodeInit } from '../../workers/decode.js';
import { isUndecodable, type Undecodable } from '../../workers/undecodable.js';
import {
  int,
  long,
  mutated,
  NaiveReader,
  random,
  readRequest,
  string,
  surroundings,
  text,
  zigzag,
} from './avro-bytes.js';

const naiveRequest = (bytes: Uint8Array) =>
  new NaiveReader(bytes).whole((reader) => {
    const [reservationId, eventId, section] = [reader.string(), reader.long(), reader.string()];
    const [seatCount, userId] = [reader.int(), reader.string()];
    reader.long();
    return { reservationId, eventId, section, seatCount, userId };
  });

const naiveInit = (bytes: Uint8Array) =>
  new NaiveReader(bytes).whole((reader) => ({
    eventId: reader.long(),
    section: reader.string(),
    rows: reader.int(),
    seatsPerRow: reader.int(),
    initialReserved: reader.strings(),
  }));

type Decode = typeof readRequest | typeof decodeInit;

/** Decodes the bytes amid others, which must make no difference; the value without its prototype, or undefined. */
function decodeAmid(decode: Decode, bytes: Uint8Array, before: Uint8Array, after: Uint8Array): object | undefined {
  const buffer = Buffer.concat([before, bytes, after]);
  const value = decode(buffer, before.length, before.length + bytes.length);
  if (!isUndecodable(value)) return { ...value };
  assert.ok(value.undecodable.length > 0 && value.undecodable.length < 80 && !value.undecodable.includes('undefined'));
  return undefined;
}

const REQUEST = avro.Type.forSchema(schemas.ReservationRequestedEvent);
const INIT = avro.Type.forSchema(schemas.SectionInitCommand);

const request = fc
  .record({ reservationId: text, eventId: long, section: text, seatCount: int, userId: text, timestamp: long })
  .map(({ timestamp, ...value }) => ({ value, bytes: REQUEST.toBuffer({ ...value, timestamp }) }));
const init = fc
  .record({ eventId: long, section: text, rows: int, seatsPerRow: int, initialReserved: fc.array(text) })
  .map((value) => ({ value, bytes: INIT.toBuffer(value) }));

const CASES = [
  { name: 'request', decode: readRequest, naive: naiveRequest, payload: request },
  { name: 'init', decode: decodeInit, naive: naiveInit, payload: init },
] as const;

type RequestParts = Partial<Record<'reservationId' | 'eventId' | 'seatCount' | 'timestamp', Buffer>>;

function requestBytes(parts: RequestParts): Buffer {
  const { reservationId = string('r'), eventId = zigzag(1n), seatCount = zigzag(2n), timestamp = zigzag(3n) } = parts;
  return Buffer.concat([reservationId, eventId, string('A'), seatCount, string('u'), timestamp]);
}

const initBytes = (array: Buffer): Buffer => Buffer.concat([zigzag(1n), string('A'), zigzag(2n), zigzag(3n), array]);

/** The decoded value, or the reason why there is none. */
function outcome<Value extends object>(decode: (buffer: Buffer, start: number, end: number) => Value, bytes: Buffer) {
  const value = decode(bytes, 0, bytes.length);
  return isUndecodable(value) ? value.undecodable : (value as Exclude<Value, Undecodable>);
}
const decodedRequest = (bytes: Buffer) => outcome(readRequest, bytes);
const decodedInit = (bytes: Buffer) => outcome(decodeInit, bytes);
const decodedParts = (parts: RequestParts) => decodedRequest(requestBytes(parts));
const decodedArray = (array: Buffer[]) => decodedInit(initBytes(Buffer.concat(array)));

function valid<Value extends object>(decoded: Value | string): Value {
  assert.ok(typeof decoded === 'object', String(decoded));
  return decoded;
}

describe('decoding', () => {
  for (const { name, decode, naive, payload } of CASES) {
    it(`${name}: gives the value that was encoded, whatever bytes lie around it`, () => {
      fc.assert(
        fc.property(payload, surroundings, surroundings, ({ value, bytes }, before, after) => {
          assert.deepEqual(decodeAmid(decode, bytes, before, after), { ...value });
        }),
        { numRuns: 1000 },
      );
    });

    it(`${name}: damaged and random bytes give what a naive reader of them alone gives, or the reason why not`, () => {
      fc.assert(
        fc.property(fc.oneof(mutated(payload), random), surroundings, surroundings, (bytes, before, after) => {
          assert.deepEqual(decodeAmid(decode, bytes, before, after), naive(bytes));
        }),
        { numRuns: 20_000 },
      );
    });

    it(`${name}: cut short at any byte it is undecodable, though the rest of it follows`, () => {
      fc.assert(
        fc.property(payload, ({ bytes }) => {
          for (let end = 0; end < bytes.length; end += 1) assert.ok(isUndecodable(decode(bytes, 0, end)));
        }),
        { numRuns: 50 },
      );
    });
  }

  it('is exact for longs around 2^52, 2^53 and 2^63, as numbers where they are safe', () => {
    for (const power of [2n ** 48n, 2n ** 52n, 2n ** 53n, 2n ** 62n, 2n ** 63n]) {
      for (const value of [-power - 1n, -power, -power + 1n, -power + 2n, power - 2n, power - 1n, power, power + 1n]) {
        const decoded = decodedParts({ eventId: zigzag(value), timestamp: zigzag(-value) });
        const fits = (long: bigint): boolean => BigInt.asIntN(64, long) === long;
        if (!fits(value) || !fits(-value)) {
          assert.equal(typeof decoded, 'string');
          continue;
        }
        assert.ok(typeof decoded === 'object');
        assert.equal(decoded.eventId, Number.isSafeInteger(Number(value)) ? Number(value) : value);
      }
    }
    assert.equal(valid(decodedParts({ eventId: zigzag(-(2n ** 63n)) })).eventId, -(2n ** 63n));
  });

  it('refuses ints beyond 32 bits and takes those at the limit', () => {
    for (const value of [2n ** 31n - 1n, -(2n ** 31n)]) {
      assert.equal(valid(decodedParts({ seatCount: zigzag(value) })).seatCount, Number(value));
    }
    for (const value of [2n ** 31n, -(2n ** 31n) - 1n, 2n ** 40n, 2n ** 60n]) {
      assert.equal(decodedParts({ seatCount: zigzag(value) }), 'seatCount has more bits than its type');
    }
  });

  it("takes varints longer than they need be up to their type's length, and none longer", () => {
    for (let pad = 0; pad < 14; pad += 1) {
      assert.equal(typeof decodedParts({ eventId: zigzag(5n, pad) }), pad <= 9 ? 'object' : 'string');
      assert.equal(typeof decodedParts({ seatCount: zigzag(5n, pad) }), pad <= 4 ? 'object' : 'string');
    }
    const endless = Buffer.alloc(1_000_000, 0x80);
    assert.equal(decodedRequest(endless), 'reservationId has more bits than its type');
    assert.equal(decodedInit(endless), 'eventId has more bits than its type');
  });

  it('refuses lengths that are negative or beyond the bytes', () => {
    for (const length of [-1n, -64n, -(2n ** 63n)]) {
      assert.equal(decodedParts({ reservationId: zigzag(length) }), 'reservationId has a negative length');
    }
    for (const length of [100n, 2n ** 31n, 2n ** 32n, 2n ** 53n, 2n ** 63n - 1n]) {
      assert.equal(decodedParts({ reservationId: zigzag(length) }), 'reservationId runs past the end');
    }
  });

  it('refuses array counts beyond the bytes at once, in any block and of either sign', () => {
    const block = Buffer.concat([zigzag(1n), string('A-1')]);
    for (const count of [3n, 2n ** 31n, 2n ** 50n, 2n ** 63n - 1n, -(2n ** 50n), -(2n ** 63n)]) {
      const size = count < 0n ? zigzag(8n) : Buffer.alloc(0);
      for (const array of [
        [zigzag(count), size, Buffer.from([0, 0])],
        [block, zigzag(count), size],
      ]) {
        assert.equal(decodedArray(array), 'initialReserved runs past the end');
      }
    }
  });

  it('reads arrays in several blocks, with and without their sizes', () => {
    const sized = Buffer.concat([zigzag(-2n), zigzag(8n), string('A-1'), string('A-2')]);
    const plain = Buffer.concat([zigzag(1n), string('A-3')]);
    const { initialReserved } = valid(decodedArray([sized, plain, sized, zigzag(0n)]));
    assert.deepEqual(initialReserved, ['A-1', 'A-2', 'A-3', 'A-1', 'A-2']);
  });

  it('refuses text that is no UTF-8, short or long, and keeps a replacement character that is meant', () => {
    for (const bytes of [[0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xe2, 0x82]]) {
      for (const filler of ['', 'x'.repeat(100)]) {
        const text = Buffer.concat([Buffer.from(filler), Buffer.from(bytes)]);
        const reservationId = Buffer.concat([zigzag(BigInt(text.length)), text]);
        assert.equal(decodedParts({ reservationId }), 'reservationId is not UTF-8');
      }
    }
    const meant = '\ufffd\ufeff';
    assert.equal(valid(decodedParts({ reservationId: string(meant) })).reservationId, meant);
  });

  it('refuses bytes that follow the value', () => {
    assert.equal(decodedRequest(Buffer.concat([requestBytes({}), Buffer.from([0])])), '1 bytes follow the value');
    assert.equal(decodedInit(Buffer.concat([initBytes(zigzag(0n)), Buffer.from([0, 0])])), '2 bytes follow the value');
  });

  it('reads a section name of 1 MB and 100,000 reserved seats', () => {
    const section = 'é'.repeat(500_000);
    const initialReserved = Array.from({ length: 100_000 }, (_, seat) => `A-${seat}`);
    const bytes = INIT.toBuffer({ eventId: 1, section, rows: 1, seatsPerRow: 1, initialReserved });
    assert.deepEqual(
      { ...valid(decodedInit(bytes)) },
      { eventId: 1, section, rows: 1, seatsPerRow: 1, initialReserved },
    );
  });
});
