import { copyBytes } from './bytes.js';
import { writeInt } from './varint.js';

/** The name of a seat: `<section>-<n>`, n counts from 1; `seat` is 0-based. */
export const seatName = (section: string, seat: number): string => `${section}-${seat + 1}`;

const DASH = 0x2d;
const ZERO = 0x30;

/** Number of decimal digits of `number`, 0 ≤ number < 2^31. */
export function digitsOf(number: number): number {
  let digits = 1;
  for (let limit = 10; number >= limit; limit *= 10) digits += 1;
  return digits;
}

/** Bytes of the longest name of a seat, with its length, in a section of `seatCount` seats. */
export function seatNameBytes(sectionBytes: number, seatCount: number): number {
  const nameBytes = sectionBytes + 1 + digitsOf(seatCount);
  return nameBytes + (nameBytes < 64 ? 1 : nameBytes < 8192 ? 2 : 5);
}

/**
 * Writes a seat's name as an Avro string to `at` of `target`; returns the position behind it. The section's name lies
 * in bytes [start, end) of `section`; `number` counts from 1.
 */
export function writeSeatName(
  section: DataView,
  start: number,
  end: number,
  number: number,
  target: DataView,
  at: number,
): number {
  const digits = digitsOf(number);
  const dash = copyBytes(section, start, end, target, writeInt(target, at, end - start + 1 + digits));
  target.setUint8(dash, DASH);
  for (let rest = number, position = dash + digits; position > dash; position -= 1) {
    const tenth = (rest / 10) | 0;
    target.setUint8(position, ZERO + rest - 10 * tenth);
    rest = tenth;
  }
  return dash + 1 + digits;
}

/** A number from 1 on, in plain decimal. */
const PLAIN_NUMBER = /^[1-9][0-9]{0,9}$/;

/**
 * The seat that `name` means (0-based), or -1: `<section>-<n>` with 1 ≤ n ≤ seatCount in plain decimal, without sign
 * and leading zeros. The section's own name may contain dashes.
 */
export function seatOf(name: string, section: string, seatCount: number): number {
  if (!name.startsWith(section) || name[section.length] !== '-') return -1;
  const digits = name.slice(section.length + 1);
  if (!PLAIN_NUMBER.test(digits)) return -1;
  const number = Number(digits);
  return number <= seatCount ? number - 1 : -1;
}

/** The seats (0-based, as often as named) of an init's `initialReserved`; names of no seat of the section are ignored. */
export function reservedSeats(names: Iterable<string>, section: string, seatCount: number): number[] {
  const seats: number[] = [];
  for (const name of names) {
    const seat = seatOf(name, section, seatCount);
    if (seat >= 0) seats.push(seat);
  }
  return seats;
}
