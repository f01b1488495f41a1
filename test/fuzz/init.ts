import assert from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';
import { compile, isPlain, type SectionInit } from '../../workers/avro.js';
import { decodeInit } from '../../workers/decode.js';
import { removalKey, removedSection } from '../../workers/removal.js';
import { SeatMap, seatCountOf } from '../../workers/seat-map.js';
import { reservedSeats } from '../../workers/seat-names.js';
import { isUndecodable } from '../../workers/undecodable.js';
import type { Random } from '../support/random.js';
import { NaiveReader } from '../workers/avro-bytes.js';
import { type Placed, payload, placed } from './avro-fields.js';
import { extremes, mutated } from './mutate.js';
import { type Outcome, pureTarget } from './target.js';

const INIT = compile('SectionInitCommand');

const naiveInit = (bytes: Uint8Array): SectionInit | undefined =>
  new NaiveReader(bytes).whole((reader) => ({
    eventId: reader.long(),
    section: reader.string(),
    rows: reader.int(),
    seatsPerRow: reader.int(),
    initialReserved: reader.strings(),
  }));

export const assertReason = (reason: string): void =>
  assert.match(
    reason,
    /^(\w+ (runs past the end|has more bits than its type|has a negative length|is not UTF-8)|\d+ bytes follow the value)$/,
  );

type Input = Placed & { readonly key: Buffer };

/** A key of a removal, or nearly: the event's number at any length, the section's name whatever it is. */
function removalKeyInput(random: Random): Buffer {
  const key = Buffer.from(
    `remove:${random.pick(extremes)}-${random.pick(['', 'A', 'A-1', '-', 'two\nlines', 'Été 座席'])}`,
  );
  const words = ['remove:', '-', '0', '9007199254740993'].map((word) => Buffer.from(word));
  return random.next() < 0.5 ? key : mutated(random, key, { others: [key], words });
}

/** Character by character: the prefix, a number without needless zeros that 64 bits hold, a dash, and the rest. */
function naiveRemoval(key: string): string | undefined {
  const prefix = 'remove:';
  if (!key.startsWith(prefix)) return undefined;
  const rest = key.slice(prefix.length);
  const digitsEnd = rest.startsWith('-') ? rest.indexOf('-', 1) : rest.indexOf('-');
  const digits = rest.slice(0, Math.max(0, digitsEnd));
  if (!/^-?[0-9]+$/.test(digits) || String(BigInt(digits)) !== digits) return undefined;
  return BigInt.asIntN(64, BigInt(digits)) === BigInt(digits) ? rest : undefined;
}

function checkRemoval(key: Buffer): void {
  const removed = removedSection(key);
  assert.equal(removed === undefined ? undefined : String(removed), naiveRemoval(key.toString()));
  if (removed !== undefined) assert.equal(removalKey(String(removed)), key.toString());
}

function check({ bytes, buffer, start, end, key }: Input): Outcome {
  checkRemoval(key);
  const expected = naiveInit(bytes);
  const decoded = decodeInit(buffer, start, end);
  if (isUndecodable(decoded)) {
    assertReason(decoded.undecodable);
    assert.equal(expected, undefined, 'what a naive reader accepts is decoded');
    return 'refused';
  }
  assertSame(decoded, expected);
  // avsc believes any count, so it is given only what has been found to be a value.
  assertSame(INIT.wide.fromBuffer(bytes), decoded);
  if (isPlain(decoded.eventId)) assertSame(INIT.plain.fromBuffer(bytes), decoded);
  assertSame(decodeAll(INIT.wide.toBuffer(decoded)), decoded);
  checkSeats(decoded);
  return 'accepted';
}

const decodeAll = (bytes: Buffer): object => decodeInit(bytes, 0, bytes.length);

/** avsc makes instances of classes of its own. */
function assertSame(actual: object, expected: object | undefined): void {
  if (!isDeepStrictEqual({ ...actual }, { ...expected })) assert.deepEqual({ ...actual }, { ...expected });
}

/** The section that the command makes has every seat but those that it names. */
function checkSeats({ section, rows, seatsPerRow, initialReserved }: SectionInit): void {
  const seatCount = seatCountOf(rows, seatsPerRow);
  if (seatCount > 2_000) return;
  const map = SeatMap.create(rows, seatsPerRow, reservedSeats(initialReserved, section, seatCount));
  const reserved = new Set(initialReserved);
  let available = 0;
  for (let seat = 0; seat < seatCount; seat += 1) {
    const isFree = !reserved.has(`${section}-${seat + 1}`);
    assert.equal(map.isFree(seat), isFree);
    if (isFree) available += 1;
  }
  assert.equal(map.available, available);
}

export const initTarget = pureTarget(
  'init',
  'SectionInitCommand: decodeInit against a naive reader and avsc; the keys of removals',
  {
    generate: (random) => ({ ...placed(random, payload(random, 'init')), key: removalKeyInput(random) }),
    check,
    show: ({ bytes, key }: Input) => `${bytes.toString('hex')} key ${key.toString('hex')}`,
  },
);
