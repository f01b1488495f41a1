import { copyBytes } from './bytes.js';
import type { SeatMap } from './seat-map.js';
import { seatNameBytes, writeSeatName } from './seat-names.js';
import type { SectionKey } from './section-key.js';
import { writeInt } from './varint.js';

/** The key's event and dash, eventId, section's length, availableCount, the map's count and end. */
const FIXED_BYTES = 21 + 10 + 5 + 5 + 5 + 1;
/** "AVAILABLE" with its length. */
const SEAT_STATUS_BYTES = 10;
const ZERO = 0x30;
const NINE = 0x39;

/** The first bytes of an Avro string as numbers, little-endian: the length, then ASCII. */
function wordOf(text: string, from: number): number {
  const bytes = Buffer.concat([Buffer.of(2 * text.length), Buffer.from(text), Buffer.alloc(3)]);
  return bytes.readInt32LE(from);
}
const AVAILABLE_FROM_0 = wordOf('AVAILABLE', 0);
const AVAILABLE_FROM_4 = wordOf('AVAILABLE', 4);
const AVAILABLE_FROM_8 = wordOf('AVAILABLE', 8) & 0xffff;
const RESERVED_FROM_0 = wordOf('RESERVED', 0);
const RESERVED_FROM_4 = wordOf('RESERVED', 4);
const RESERVED_FROM_8 = wordOf('RESERVED', 8) & 0xff;

/** Writes "AVAILABLE" or "RESERVED" as an Avro string; returns the position behind it. */
function writeSeatStatus(isFree: boolean, target: DataView, at: number): number {
  target.setInt32(at, isFree ? AVAILABLE_FROM_0 : RESERVED_FROM_0, true);
  target.setInt32(at + 4, isFree ? AVAILABLE_FROM_4 : RESERVED_FROM_4, true);
  if (isFree) {
    target.setInt16(at + 8, AVAILABLE_FROM_8, true);
    return at + 10;
  }
  target.setUint8(at + 8, RESERVED_FROM_8);
  return at + 9;
}

/** Adds one to the decimal number that ends before `end` and is not all nines. */
function countUp(target: DataView, end: number): void {
  let at = end - 1;
  for (; target.getUint8(at) === NINE; at -= 1) target.setUint8(at, ZERO);
  target.setUint8(at, target.getUint8(at) + 1);
}

/**
 * Writes the legacy status with every seat, a SectionSeatState, to `at` of `target`; returns the position behind it.
 * Its map is one block, the seats in their order. A seat's name is the one before it, counted up by one.
 */
export function writeFullStatus(key: SectionKey, map: SeatMap, target: DataView, at: number): number {
  const { view, nameStart, end: nameEnd } = key;
  const { words, seatCount } = map;
  let next = copyBytes(view, key.identityStart, nameEnd, target, at);
  if (seatCount > 0) next = writeInt(target, next, seatCount);
  let before = next;
  let nameBytes = 0;
  let firstOfMoreDigits = 1;
  for (let number = 1; number <= seatCount; number += 1) {
    if (number === firstOfMoreDigits) {
      nameBytes = writeSeatName(view, nameStart, nameEnd, number, target, next) - next;
      firstOfMoreDigits *= 10;
    } else countUp(target, copyBytes(target, before, before + nameBytes, target, next));
    before = next;
    const isFree = (words[(number - 1) >>> 5]! & (1 << ((number - 1) & 31))) !== 0;
    next = writeSeatStatus(isFree, target, next + nameBytes);
  }
  target.setUint8(next, 0);
  return writeInt(target, next + 1, map.available);
}

/** The most bytes, key and value, that the full status of a section can have whose name has `sectionBytes` bytes. */
export const fullStatusBound = (sectionBytes: number, seatCount: number): number =>
  FIXED_BYTES + 2 * sectionBytes + seatCount * (seatNameBytes(sectionBytes, seatCount) + SEAT_STATUS_BYTES);
