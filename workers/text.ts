import { isUtf8 } from 'node:buffer';
import { isAscii } from './bytes.js';
import { NEGATIVE, NOT_UTF8, readLong, skipLong, TRUNCATED } from './varint.js';

/** Up to here a loop beats the call into native code. */
const SHORT_TEXT_BYTES = 128;

function isText(view: DataView, start: number, end: number): boolean {
  if (end - start <= SHORT_TEXT_BYTES && isAscii(view, start, end)) return true;
  return isUtf8(new Uint8Array(view.buffer, view.byteOffset + start, end - start));
}

/**
 * The position after a text, which lies before `end` and is UTF-8; or, negative, what is wrong with it. Its length
 * is the long in bytes [at, start), which skipLong has passed.
 */
export function skipText(view: DataView, at: number, start: number, end: number): number {
  const sizeBytes = readLong(view, at, start);
  if (sizeBytes < 0) return NEGATIVE;
  if (sizeBytes > end - start) return TRUNCATED;
  return isText(view, start, start + sizeBytes) ? start + sizeBytes : NOT_UTF8;
}

/** The position after an Avro string: length and text. */
export function skipString(view: DataView, at: number, end: number): number {
  const start = skipLong(view, at, end);
  return start < 0 ? start : skipText(view, at, start, end);
}
