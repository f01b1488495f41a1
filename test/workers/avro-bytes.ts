import { isUtf8 } from 'node:buffer';
import fc from 'fast-check';
import { viewOf } from '../../workers/bytes.js';
import { RequestReader } from '../../workers/request.js';
import type { Undecodable } from '../../workers/undecodable.js';

/** A naive reader of Avro, in bigints, of the bytes as they are; undefined for what isn't there or isn't valid. */
export class NaiveReader {
  at = 0;
  constructor(readonly bytes: Uint8Array) {}

  varint(bits: number): bigint {
    let zigzag = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = this.bytes[this.at];
      if (byte === undefined || shift > bits) throw new Error('varint');
      this.at += 1;
      zigzag |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) break;
    }
    if (zigzag >= 2n ** BigInt(bits)) throw new Error('too many bits');
    return zigzag % 2n === 0n ? zigzag / 2n : -(zigzag + 1n) / 2n;
  }

  long(): number | bigint {
    const value = this.varint(64);
    return Number.isSafeInteger(Number(value)) ? Number(value) : value;
  }

  int(): number {
    return Number(this.varint(32));
  }

  string(): string {
    const length = Number(this.varint(64));
    const bytes = this.bytes.subarray(this.at, this.at + length);
    if (length < 0 || bytes.length !== length || !isUtf8(bytes)) throw new Error('string');
    this.at += length;
    return Buffer.from(bytes).toString('utf8');
  }

  strings(): string[] {
    const items: string[] = [];
    for (let count = this.varint(64); count !== 0n; count = this.varint(64)) {
      if (count < 0n) this.varint(64);
      for (let left = count < 0n ? -count : count; left > 0n; left -= 1n) items.push(this.string());
    }
    return items;
  }

  whole<Value>(read: (reader: NaiveReader) => Value): Value | undefined {
    try {
      const value = read(this);
      return this.at === this.bytes.length ? value : undefined;
    } catch {
      return undefined;
    }
  }
}

export const text = fc.string({ unit: 'grapheme', maxLength: 80 });
export const int = fc.integer();
export const long = fc.integer({ min: -(2 ** 52), max: 2 ** 52 });

export const surroundings = fc.uint8Array({ maxLength: 12 });
const edit = fc.tuple(fc.constantFrom('set', 'cut', 'insert', 'end'), fc.nat(), fc.nat(255));

/** A valid payload with a few bytes altered, lost, added, or its end lost. */
export const mutated = (payload: fc.Arbitrary<{ bytes: Buffer }>): fc.Arbitrary<Uint8Array> =>
  fc.tuple(payload, fc.array(edit, { maxLength: 4 })).map(([{ bytes }, changes]) => {
    const result = [...bytes];
    for (const [how, at, byte] of changes) {
      const position = at % (result.length + 1);
      if (how === 'set') result[position] = byte;
      else if (how === 'cut') result.splice(position, 1);
      else if (how === 'insert') result.splice(position, 0, byte);
      else result.length = position;
    }
    return Uint8Array.from(result);
  });

/** Bytes of any kind, and those that lengths and counts are made of. */
export const random = fc.oneof(
  fc.uint8Array({ maxLength: 60 }),
  fc
    .array(fc.constantFrom(0, 1, 2, 3, 4, 0x41, 0x7f, 0x80, 0x81, 0xff), { maxLength: 40 })
    .map((b) => Uint8Array.from(b)),
);

/** A varint of any number of bits; `pad` continuation bytes more than it needs. */
export function zigzag(value: bigint, pad = 0): Buffer {
  let rest = value >= 0n ? value * 2n : -value * 2n - 1n;
  const bytes: number[] = [];
  for (; rest >= 128n; rest >>= 7n) bytes.push(Number(rest & 127n) | 0x80);
  bytes.push(Number(rest));
  for (let at = 0; at < pad; at += 1) {
    bytes[bytes.length - 1]! |= 0x80;
    bytes.push(0);
  }
  return Buffer.from(bytes);
}

export const string = (value: string): Buffer =>
  Buffer.concat([zigzag(BigInt(Buffer.byteLength(value))), Buffer.from(value)]);

export type ReadRequest = {
  readonly reservationId: string;
  readonly eventId: number | bigint;
  readonly section: string;
  readonly seatCount: number;
  readonly userId: string;
};

/** The fields of a request where its reader found them; what the reader passed over (timestamp) is not among them. */
export function readRequest(buffer: Uint8Array, start: number, end: number): ReadRequest | Undecodable {
  const reader = new RequestReader();
  const undecodable = reader.read(viewOf(buffer), start, end);
  if (undecodable !== undefined) return { undecodable };
  const { buffer: memory, byteOffset, byteLength } = reader.view;
  const bytes = Buffer.from(memory, byteOffset, byteLength);
  return {
    reservationId: bytes.toString('utf8', reader.reservationIdStart, reader.reservationIdEnd),
    eventId: new NaiveReader(bytes.subarray(reader.identityStart, reader.sectionAt)).long(),
    section: bytes.toString('utf8', reader.sectionStart, reader.sectionEnd),
    seatCount: reader.seatCount,
    userId: bytes.toString('utf8', reader.userIdStart, reader.userIdEnd),
  };
}
