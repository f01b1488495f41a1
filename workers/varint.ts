import type { Long } from './avro.js';

/** What a skip returns in place of the next position. */
export const TRUNCATED = -1;
export const NOT_A_NUMBER = -2;
export const NEGATIVE = -3;
export const NOT_UTF8 = -4;
export const TOO_DEEP = -5;
export const NO_BRANCH = -6;
export const WRONG_SIZE = -7;

/** The position after a varint of at most `maxBytes` bytes, the last of which is at most `maxLast` when all are used. */
function skipVarint(view: DataView, at: number, end: number, maxBytes: number, maxLast: number): number {
  for (let next = at; next < end; next += 1) {
    const used = next - at + 1;
    const byte = view.getUint8(next);
    if (byte < 0x80) return used === maxBytes && byte > maxLast ? NOT_A_NUMBER : next + 1;
    if (used === maxBytes) return NOT_A_NUMBER;
  }
  return TRUNCATED;
}

/** 64 bits are nine times seven and one. */
export const skipLong = (view: DataView, at: number, end: number): number => skipVarint(view, at, end, 10, 1);
/** 32 bits are four times seven and four. */
export const skipInt = (view: DataView, at: number, end: number): number => skipVarint(view, at, end, 5, 15);

/** Whether the varint in [at, end), which was skipped, is longer than its number needs. */
export const isPadded = (view: DataView, at: number, end: number): boolean =>
  end - at > 1 && view.getUint8(end - 1) === 0;

/** The long in bytes [at, end), which skipLong has passed; inexact beyond 2^53, where only its size matters. */
export function readLong(view: DataView, at: number, end: number): number {
  let zigzag = 0;
  for (let position = end - 1; position >= at; position -= 1) zigzag = zigzag * 128 + (view.getUint8(position) & 0x7f);
  const isNegative = (view.getUint8(at) & 1) === 1;
  return isNegative ? -(Math.floor(zigzag / 2) + 1) : Math.floor(zigzag / 2);
}

/** The int in bytes [at, end), which skipInt has passed. */
export function readInt(view: DataView, at: number, end: number): number {
  let zigzag = 0;
  for (let position = end - 1; position >= at; position -= 1) zigzag = (zigzag << 7) | (view.getUint8(position) & 0x7f);
  return (zigzag >>> 1) ^ -(zigzag & 1);
}

/** Writes the low 32 bits of `value`, seven a byte; returns the position behind them. */
function writeUnsigned(target: DataView, at: number, value: number): number {
  let rest = value;
  let next = at;
  for (; rest >>> 7 !== 0; rest >>>= 7, next += 1) target.setUint8(next, (rest & 0x7f) | 0x80);
  target.setUint8(next, rest);
  return next + 1;
}

/** Writes an Avro int, 1 to 5 bytes; returns the position behind it. */
export const writeInt = (target: DataView, at: number, value: number): number =>
  writeUnsigned(target, at, (value << 1) ^ (value >> 31));

const twoTo28 = 2 ** 28;

/** Writes an Avro long, 1 to 10 bytes; returns the position behind it. */
export function writeLong(target: DataView, at: number, value: Long): number {
  if (typeof value === 'bigint' || value < 0 || value > 2 ** 52) return writeWide(target, at, BigInt(value));
  const zigzag = value * 2;
  if (zigzag < twoTo28) return writeUnsigned(target, at, zigzag);
  const high = Math.floor(zigzag / twoTo28);
  // The low 28 bits are four bytes, each with one to follow.
  const low = zigzag - high * twoTo28;
  const sevens = (low & 0x7f) | ((low << 1) & 0x7f00) | ((low << 2) & 0x7f0000) | ((low << 3) & 0x7f000000);
  target.setInt32(at, sevens | 0x80808080, true);
  return writeUnsigned(target, at + 4, high);
}

/** Negative longs and those beyond a double's integers: rare. */
function writeWide(target: DataView, at: number, value: bigint): number {
  let rest = BigInt.asUintN(64, (value << 1n) ^ (value >> 63n));
  let next = at;
  for (; rest >= 128n; rest >>= 7n, next += 1) target.setUint8(next, Number(rest & 127n) | 0x80);
  target.setUint8(next, Number(rest));
  return next + 1;
}
