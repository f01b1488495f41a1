import type { Random } from '../support/random.js';
import { zigzag } from '../workers/avro-bytes.js';

/** Where numbers end, in sevens as in eights of bits: each power of two with its neighbours, of both signs. */
export const extremes: readonly bigint[] = [
  ...new Set(
    [0, 1, 6, 7, 8, 13, 14, 15, 16, 20, 27, 28, 31, 32, 35, 49, 52, 53, 56, 62, 63, 64].flatMap((power) => {
      const value = 2n ** BigInt(power);
      return [value - 1n, value, value + 1n, -value - 1n, -value, -value + 1n];
    }),
  ),
];

/** What no UTF-8 is: too long, a surrogate, beyond the last character, cut short, no first byte; and a mark of byte order. */
const oddText = ['c080', 'eda080', 'f4908080', 'e282', 'ff', '80', 'efbbbf', '00'].map((hex) =>
  Buffer.from(hex, 'hex'),
);

const oddBytes = [0x00, 0x01, 0x02, 0x40, 0x7f, 0x80, 0x81, 0xfe, 0xff];

export function randomBytes(random: Random, length: number): Buffer {
  const bytes = Buffer.allocUnsafe(length);
  for (let at = 0; at < length; at += 1) bytes[at] = random.whole(0, 255);
  return bytes;
}

/** A number in one to eight bytes, little-endian, as frames and images have it. */
function fixed(random: Random): Buffer {
  const bytes = Buffer.allocUnsafe(8);
  bytes.writeBigUInt64LE(BigInt.asUintN(64, random.pick(extremes)));
  return bytes.subarray(0, random.pick([1, 2, 4, 8]));
}

/** A number as Avro has it, sometimes with more bytes than it needs. */
export const varint = (random: Random): Buffer => zigzag(random.pick(extremes), Math.max(0, random.whole(-8, 10)));

/** Changes that bytes are met with. `others` are whole inputs to be spliced with, `words` what the format is made of. */
export type Material = { readonly others: readonly Buffer[]; readonly words: readonly Buffer[] };

type Mutation = (random: Random, bytes: Buffer, material: Material) => Buffer;

const overwritten = (random: Random, bytes: Buffer, by: Buffer): Buffer => {
  const result = Buffer.from(bytes);
  // Fields begin at multiples of their sizes as a rule.
  const step = random.pick([1, by.length]);
  by.copy(result, Math.floor(random.whole(0, Math.max(0, bytes.length - by.length)) / step) * step);
  return result;
};

const inserted = (random: Random, bytes: Buffer, what: Buffer): Buffer => {
  const at = random.whole(0, bytes.length);
  return Buffer.concat([bytes.subarray(0, at), what, bytes.subarray(at)]);
};

/** Two places, the first not behind the second. */
function range(random: Random, bytes: Buffer): [start: number, end: number] {
  const start = random.whole(0, bytes.length);
  return [start, Math.min(bytes.length, start + random.pick([1, 2, 4, 8, random.whole(0, bytes.length)]))];
}

const mutations: readonly Mutation[] = [
  (random, bytes) => {
    const result = Buffer.from(bytes);
    const at = random.whole(0, Math.max(0, bytes.length - 1));
    if (bytes.length > 0) result[at]! ^= 1 << random.whole(0, 7);
    return result;
  },
  (random, bytes) => overwritten(random, bytes, Buffer.of(random.pick(oddBytes))),
  (random, bytes) => overwritten(random, bytes, fixed(random)),
  (random, bytes) => overwritten(random, bytes, varint(random)),
  (random, bytes, { words }) => overwritten(random, bytes, random.pick([...words, ...oddText])),
  (random, bytes) => inserted(random, bytes, varint(random)),
  (random, bytes, { words }) => inserted(random, bytes, random.pick([...words, ...oddText])),
  (random, bytes) => inserted(random, bytes, randomBytes(random, random.whole(1, 9))),
  (random, bytes) => {
    const [start, end] = range(random, bytes);
    return Buffer.concat([bytes.subarray(0, start), bytes.subarray(end)]);
  },
  (random, bytes) => inserted(random, bytes, bytes.subarray(...range(random, bytes))),
  (random, bytes) => bytes.subarray(0, random.whole(0, bytes.length)),
  (random, bytes, { others }) => {
    const other = random.pick(others);
    return Buffer.concat([
      bytes.subarray(0, random.whole(0, bytes.length)),
      other.subarray(random.whole(0, other.length)),
    ]);
  },
];

/** A copy of the bytes with one to four changes. */
export function mutated(random: Random, bytes: Buffer, material: Material): Buffer {
  let result = bytes;
  for (let left = random.pick([1, 1, 1, 2, 3, 4]); left > 0; left -= 1) {
    result = random.pick(mutations)(random, result, material);
  }
  return result;
}
