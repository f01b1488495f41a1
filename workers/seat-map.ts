import { assert } from '../src/errors.js';
import { findRun } from './allocator.js';

/** `section`: a run may go on from the end of a row into the next; `row`: it may not. */
export type Adjacency = 'section' | 'row';

/** The most seats a map can have; a section beyond it must be refused before (`limits.seatsPerSection`). */
export const MAX_SEAT_COUNT = 2 ** 31 - 1;

/** Seats of a section: rows × seatsPerRow, 0 when either isn't positive. May exceed {@link MAX_SEAT_COUNT}. */
export const seatCountOf = (rows: number, seatsPerRow: number): number =>
  rows > 0 && seatsPerRow > 0 ? rows * seatsPerRow : 0;

/** Words of the bitmap of a section, 32 seats each. */
export const wordCountOf = (seatCount: number): number => Math.ceil(seatCount / 32);

/** Runs of up to this many seats have a bound of their own; longer ones share one. */
const SHORT = 8;

/**
 * Where a search may begin. Seats are only ever taken, so the lowest run of a length never moves down: what a search
 * passed over once never needs reading again, and a length that had no run never has one later.
 */
class Bounds {
  /** [length]: no run of that length begins at a lower seat. Never falls from one length to the next longer one. */
  readonly #short = new Int32Array(SHORT + 1);
  /** The bound for runs of at least #longLength seats. */
  #longLength = SHORT + 1;
  #long = 0;
  /** No run of this length, nor of a longer one, is left. */
  #impossible = Number.POSITIVE_INFINITY;

  isImpossible(length: number): boolean {
    return length >= this.#impossible;
  }

  lowest(length: number): number {
    if (length <= SHORT) return this.#short[length]!;
    const bound = this.#short[SHORT]!;
    return length >= this.#longLength ? Math.max(bound, this.#long) : bound;
  }

  raise(length: number, seat: number): void {
    if (length > SHORT) {
      this.#longLength = length;
      this.#long = seat;
      return;
    }
    for (let longer = length; longer <= SHORT && this.#short[longer]! < seat; longer += 1) this.#short[longer] = seat;
  }

  exclude(length: number): void {
    if (length < this.#impossible) this.#impossible = length;
  }
}

/** The seats of one section: a bitmap, one bit a seat, set while the seat is free. Seats are 0-based here. */
export class SeatMap {
  readonly rows: number;
  readonly seatsPerRow: number;
  readonly seatCount: number;
  /** Seats that the section's init reserved. */
  readonly initiallyReserved: number;
  /** The bitmap, ceil(seatCount / 32) words; bits beyond seatCount are 0. To be read only. */
  readonly words: Uint32Array;
  #available: number;
  /** Of the adjacencies that were asked for: one, of a daemon's sections. */
  #sectionBounds: Bounds | undefined;
  #rowBounds: Bounds | undefined;

  private constructor(rows: number, seatsPerRow: number, words: Uint32Array, initiallyReserved?: number) {
    this.rows = rows;
    this.seatsPerRow = seatsPerRow;
    this.seatCount = seatCountOf(rows, seatsPerRow);
    this.words = words;
    this.#available = countFree(words);
    this.initiallyReserved = initiallyReserved ?? this.seatCount - this.#available;
    assert(words.length === wordCountOf(this.seatCount), 'the bitmap is as long as the section');
    assert(this.#available <= this.seatCount, 'no more seats are free than the section has');
    assert(this.sold >= 0, 'seats that init reserved are taken');
  }

  /** A new section. Of `reservedSeats` (0-based) those out of range and repeated ones are ignored. */
  static create(rows: number, seatsPerRow: number, reservedSeats: Iterable<number>): SeatMap {
    const seatCount = seatCountOf(rows, seatsPerRow);
    assert(Number.isInteger(seatCount) && seatCount <= MAX_SEAT_COUNT, 'a section beyond the limit was let through');
    const words = new Uint32Array(wordCountOf(seatCount)).fill(0xffffffff);
    if (seatCount % 32 !== 0) words[words.length - 1] = 2 ** (seatCount % 32) - 1;
    for (const seat of reservedSeats) {
      if (Number.isInteger(seat) && seat >= 0 && seat < seatCount) words[seat >>> 5]! &= ~(1 << (seat & 31));
    }
    return new SeatMap(rows, seatsPerRow, words);
  }

  /** A section as it was; it takes `words` over. Its free seats are counted anew. */
  static restore(rows: number, seatsPerRow: number, initiallyReserved: number, words: Uint32Array): SeatMap {
    const map = new SeatMap(rows, seatsPerRow, words, initiallyReserved);
    const used = map.seatCount % 32;
    assert(used === 0 || words[words.length - 1]! >>> used === 0, 'no bit is set beyond the last seat');
    return map;
  }

  /** Number of free seats. */
  get available(): number {
    return this.#available;
  }

  /** Number of seats taken since the section's init. */
  get sold(): number {
    return this.seatCount - this.initiallyReserved - this.#available;
  }

  isFree(seat: number): boolean {
    return seat >= 0 && seat < this.seatCount && (this.words[seat >>> 5]! & (1 << (seat & 31))) !== 0;
  }

  /** Takes the lowest-numbered run of `length` adjacent free seats; returns its first seat (0-based), or -1. */
  allocate(length: number, adjacency: Adjacency): number {
    if (length <= 0 || length > this.#available) return -1;
    if (adjacency === 'row' && length > this.seatsPerRow) return -1;
    const bounds = this.#boundsOf(adjacency);
    if (bounds.isImpossible(length)) return -1;
    const from = bounds.lowest(length);
    const first =
      adjacency === 'row' ? this.#findInRow(from, length) : findRun(this.words, from, this.seatCount, length);
    if (first < 0) {
      bounds.exclude(length);
      return -1;
    }
    bounds.raise(length, first + length);
    this.#take(first, length);
    return first;
  }

  #boundsOf(adjacency: Adjacency): Bounds {
    if (adjacency === 'section') {
      this.#sectionBounds ??= new Bounds();
      return this.#sectionBounds;
    }
    this.#rowBounds ??= new Bounds();
    return this.#rowBounds;
  }

  /** The lowest run that crosses no row's end: one that does hides no other in the row it begins in, so go on at the next. */
  #findInRow(from: number, length: number): number {
    for (let at = from; ; ) {
      const first = findRun(this.words, at, this.seatCount, length);
      if (first < 0) return -1;
      const rowEnd = first - (first % this.seatsPerRow) + this.seatsPerRow;
      if (first + length <= rowEnd) return first;
      at = rowEnd;
    }
  }

  #take(first: number, length: number): void {
    const end = first + length;
    assert(first >= 0 && end <= this.seatCount, 'the run lies within the section');
    for (let seat = first; seat < end; ) {
      const bit = seat & 31;
      const count = Math.min(32 - bit, end - seat);
      const mask = (count === 32 ? -1 : (1 << count) - 1) << bit;
      const word = this.words[seat >>> 5]!;
      assert((word & mask) === mask, 'a seat is taken once');
      this.words[seat >>> 5] = word & ~mask;
      seat += count;
    }
    this.#available -= length;
    assert(this.#available >= 0, 'no more seats are taken than were free');
  }
}

/** Number of set bits. */
export function countFree(words: Uint32Array): number {
  let count = 0;
  for (let at = 0; at < words.length; at += 1) {
    let pairs = words[at]! | 0;
    pairs -= (pairs >>> 1) & 0x55555555;
    pairs = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333);
    pairs = (pairs + (pairs >>> 4)) & 0x0f0f0f0f;
    count += Math.imul(pairs, 0x01010101) >>> 24;
  }
  return count;
}
