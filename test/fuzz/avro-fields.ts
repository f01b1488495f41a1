import type { Random } from '../support/random.js';
import { zigzag } from '../workers/avro-bytes.js';
import { extremes, mutated, randomBytes, varint } from './mutate.js';

const sections = ['', 'A', 'A-1', '-', '1-2', '-3-A', 'two\nlines', 'Balcony-East-', 'Été 座席 🎟️', '__proto__'];
const longText = 'é'.repeat(70);

const isLong = (value: bigint): boolean => BigInt.asIntN(64, value) === value;
const isInt = (value: bigint): boolean => BigInt.asIntN(32, value) === value;
const longs = extremes.filter(isLong);
const ints = extremes.filter(isInt);

/** Writes the fields of records as Avro has them; each is wrong with a chance of its own. */
export class AvroFields {
  /** @param wrong the chance of a field to be wrong, in [0, 1] */
  constructor(
    private readonly random: Random,
    private readonly wrong: number,
  ) {}

  long(): Buffer {
    return this.number(longs, 10);
  }

  int(): Buffer {
    return this.number(ints, 5);
  }

  string(words: readonly string[] = sections): Buffer {
    const { random } = this;
    const text = Buffer.from(
      random.pick([random.pick(words), random.pick(words), longText, `r-${random.whole(0, 999)}`]),
    );
    if (this.isWrong) {
      const bytes = random.pick([
        randomBytes(random, random.whole(0, 200)),
        mutated(random, text, { others: [text], words: [text] }),
      ]);
      return Buffer.concat([random.pick([varint(random), zigzag(BigInt(bytes.length))]), bytes]);
    }
    return Buffer.concat([this.padded(BigInt(text.length), 10), text]);
  }

  /** Strings in blocks, some with their size in bytes. */
  strings(words: readonly string[]): Buffer {
    const { random } = this;
    const parts: Buffer[] = [];
    for (let blocks = random.whole(0, 2); blocks > 0; blocks -= 1) {
      const items = Array.from({ length: random.whole(1, 4) }, () => this.string(words));
      const count = this.isWrong ? random.pick(extremes) : BigInt(items.length);
      const sizeBytes = BigInt(items.reduce((sum, item) => sum + item.length, 0));
      if (random.next() < 0.3) parts.push(zigzag(-count), this.isWrong ? varint(random) : zigzag(sizeBytes));
      else parts.push(this.padded(count, 10));
      parts.push(...items);
    }
    return Buffer.concat([...parts, this.padded(0n, 10)]);
  }

  private number(values: readonly bigint[], mostBytes: number): Buffer {
    const { random } = this;
    if (this.isWrong) return varint(random);
    return this.padded(random.next() < 0.6 ? BigInt(random.whole(-2, 70)) : random.pick(values), mostBytes);
  }

  /** A number that has, now and then, more bytes than it needs, as Avro allows it. */
  private padded(value: bigint, mostBytes: number): Buffer {
    const shortest = zigzag(value);
    if (this.random.next() < 0.9) return shortest;
    return zigzag(value, this.random.whole(0, Math.max(0, mostBytes - shortest.length)));
  }

  private get isWrong(): boolean {
    return this.random.next() < this.wrong;
  }
}

const writers = {
  request: (fields: AvroFields): Buffer =>
    Buffer.concat([fields.string(), fields.long(), fields.string(), fields.int(), fields.string(), fields.long()]),
  init: (fields: AvroFields): Buffer => {
    const identity = [fields.long(), fields.string(), fields.int(), fields.int()];
    return Buffer.concat([
      ...identity,
      fields.strings(['A-1', 'A-2', 'A-1-2', '-1', 'A', '', 'A-01', 'A-99999999999']),
    ]);
  },
};

/** A payload: right, with wrong fields, changed byte by byte, or followed by more. */
export function payload(random: Random, kind: keyof typeof writers): Buffer {
  const write = (wrong: number): Buffer => writers[kind](new AvroFields(random, wrong));
  const bytes = write(random.pick([0, 0, 0, 0.1, 0.4]));
  if (random.next() < 0.6) return bytes;
  return mutated(random, bytes, { others: [write(0)], words: [Buffer.from('A'), Buffer.of(0), varint(random)] });
}

/** Bytes amid others, which must make no difference; half of them end where their memory does. */
export type Placed = { readonly bytes: Buffer; readonly buffer: Buffer; readonly start: number; readonly end: number };

export function placed(random: Random, bytes: Buffer): Placed {
  const before = randomBytes(random, random.whole(0, 12));
  const after = randomBytes(random, random.pick([0, random.whole(1, 12)]));
  // Memory of its own: what is read beyond its end is a RangeError, and not what happens to lie there.
  const buffer = Buffer.allocUnsafeSlow(before.length + bytes.length + after.length);
  Buffer.concat([before, bytes, after]).copy(buffer);
  return { bytes, buffer, start: before.length, end: before.length + bytes.length };
}
