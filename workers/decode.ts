import { isUtf8 } from 'node:buffer';
import { compile, type RecordType, type ReservationRequest, type SectionInit } from './avro.js';

/** Bytes that are not exactly one value of their schema; the reason is for the dead letter's header. */
export type Undecodable = { readonly undecodable: string };

export const isUndecodable = (value: object): value is Undecodable => 'undecodable' in value;

type FieldKind = 'string' | 'long' | 'int' | 'strings';
type Field = { readonly name: string; readonly kind: FieldKind };
type Shape = { readonly type: RecordType; readonly fields: readonly Field[] };

const REQUEST: Shape = {
  type: compile('ReservationRequestedEvent'),
  fields: [
    { name: 'reservationId', kind: 'string' },
    { name: 'eventId', kind: 'long' },
    { name: 'section', kind: 'string' },
    { name: 'seatCount', kind: 'int' },
    { name: 'userId', kind: 'string' },
    { name: 'timestamp', kind: 'long' },
  ],
};

const INIT: Shape = {
  type: compile('SectionInitCommand'),
  fields: [
    { name: 'eventId', kind: 'long' },
    { name: 'section', kind: 'string' },
    { name: 'rows', kind: 'int' },
    { name: 'seatsPerRow', kind: 'int' },
    { name: 'initialReserved', kind: 'strings' },
  ],
};

/** What a skip returns in place of the next position. */
const TRUNCATED = -1;
const NOT_A_NUMBER = -2;
const NEGATIVE = -3;
const NOT_UTF8 = -4;
const REASONS = new Map([
  [TRUNCATED, 'runs past the end'],
  [NOT_A_NUMBER, 'has more bits than its type'],
  [NEGATIVE, 'has a negative length'],
  [NOT_UTF8, 'is not UTF-8'],
]);

/** The position after a varint of at most `maxBytes` bytes, the last of which is at most `maxLast` when all are used. */
function skipVarint(buffer: Buffer, at: number, end: number, maxBytes: number, maxLast: number): number {
  for (let next = at; next < end; next += 1) {
    const used = next - at + 1;
    const byte = buffer[next]!;
    if (byte < 0x80) return used === maxBytes && byte > maxLast ? NOT_A_NUMBER : next + 1;
    if (used === maxBytes) return NOT_A_NUMBER;
  }
  return TRUNCATED;
}

/** 64 bits are nine times seven and one. */
const skipLong = (buffer: Buffer, at: number, end: number): number => skipVarint(buffer, at, end, 10, 1);
/** 32 bits are four times seven and four. */
const skipInt = (buffer: Buffer, at: number, end: number): number => skipVarint(buffer, at, end, 5, 15);

/** The long in bytes [at, end), which skipLong has passed; inexact beyond 2^53, where only its size matters. */
function readLong(buffer: Buffer, at: number, end: number): number {
  let zigzag = 0;
  for (let position = end - 1; position >= at; position -= 1) zigzag = zigzag * 128 + (buffer[position]! & 0x7f);
  const isNegative = (buffer[at]! & 1) === 1;
  return isNegative ? -(Math.floor(zigzag / 2) + 1) : Math.floor(zigzag / 2);
}

/** Up to here a loop beats the call into native code. */
const SHORT_STRING_BYTES = 48;

function isText(buffer: Buffer, at: number, end: number): boolean {
  if (end - at <= SHORT_STRING_BYTES) {
    let bits = 0;
    for (let position = at; position < end; position += 1) bits |= buffer[position]!;
    if (bits < 0x80) return true;
  }
  return isUtf8(buffer.subarray(at, end));
}

function skipString(buffer: Buffer, at: number, end: number): number {
  const first = skipLong(buffer, at, end);
  if (first < 0) return first;
  const length = readLong(buffer, at, first);
  if (length < 0) return NEGATIVE;
  if (length > end - first) return TRUNCATED;
  return isText(buffer, first, first + length) ? first + length : NOT_UTF8;
}

/** An array comes in blocks, the last one empty; a negative count is followed by the block's size in bytes. */
function skipStrings(buffer: Buffer, start: number, end: number): number {
  for (let at = start; ; ) {
    let next = skipLong(buffer, at, end);
    if (next < 0) return next;
    const signedCount = readLong(buffer, at, next);
    if (signedCount === 0) return next;
    if (signedCount < 0) next = skipLong(buffer, next, end);
    const count = Math.abs(signedCount);
    // Each string takes a byte at least, so a count beyond the bytes that are left is refused before it is believed.
    if (next >= 0 && count > end - next) return TRUNCATED;
    for (let item = 0; item < count && next >= 0; item += 1) next = skipString(buffer, next, end);
    if (next < 0) return next;
    at = next;
  }
}

function skipField(kind: FieldKind, buffer: Buffer, at: number, end: number): number {
  switch (kind) {
    case 'string':
      return skipString(buffer, at, end);
    case 'long':
      return skipLong(buffer, at, end);
    case 'int':
      return skipInt(buffer, at, end);
    case 'strings':
      return skipStrings(buffer, at, end);
  }
}

/** A long of at most this many bytes has 49 bits: well within what the plain type reads exactly. */
const PLAIN_LONG_BYTES = 7;

/**
 * avsc reads on to the buffer's end, believes any count and length, replaces what is no UTF-8 and rounds; so it is
 * given nothing but bytes that a walk of our own has found to be one value, from `start` to `end` exactly.
 */
function decode<Value extends object>(shape: Shape, buffer: Buffer, start: number, end: number): Value | Undecodable {
  let at = start;
  let isWide = false;
  for (const { name, kind } of shape.fields) {
    const next = skipField(kind, buffer, at, end);
    if (next < 0) return { undecodable: `${name} ${REASONS.get(next)}` };
    if (kind === 'long' && next - at > PLAIN_LONG_BYTES) isWide = true;
    at = next;
  }
  if (at !== end) return { undecodable: `${end - at} bytes follow the value` };
  const { value, offset }: { value: Value; offset: number } = shape.type[isWide ? 'wide' : 'plain'].decode(
    buffer,
    start,
  );
  return offset === end ? value : { undecodable: 'the value does not end where its bytes do' };
}

/** Decodes bytes [start, end) as a request (bare Avro); never throws, reads nothing beyond `end`. */
export const decodeRequest = (buffer: Buffer, start: number, end: number): ReservationRequest | Undecodable =>
  decode<ReservationRequest>(REQUEST, buffer, start, end);

/** Decodes bytes [start, end) as an init (bare Avro); never throws, reads nothing beyond `end`. */
export const decodeInit = (buffer: Buffer, start: number, end: number): SectionInit | Undecodable =>
  decode<SectionInit>(INIT, buffer, start, end);
