import { compile, type SectionInit } from './avro.js';
import { viewOf } from './bytes.js';
import { skipString } from './text.js';
import { bytesFollow, reasonOf, type Undecodable } from './undecodable.js';
import { readLong, skipInt, skipLong, TRUNCATED } from './varint.js';

const INIT = compile('SectionInitCommand');

/** An array comes in blocks, the last one empty; a negative count is followed by the block's size in bytes. */
function skipStrings(view: DataView, start: number, end: number): number {
  for (let at = start; ; ) {
    let next = skipLong(view, at, end);
    if (next < 0) return next;
    const signedCount = readLong(view, at, next);
    if (signedCount === 0) return next;
    if (signedCount < 0) next = skipLong(view, next, end);
    const count = Math.abs(signedCount);
    // Each string takes a byte at least, so a count beyond the bytes that are left is refused before it is believed.
    if (next >= 0 && count > end - next) return TRUNCATED;
    for (let item = 0; item < count && next >= 0; item += 1) next = skipString(view, next, end);
    if (next < 0) return next;
    at = next;
  }
}

const FIELDS = [
  { name: 'eventId', skip: skipLong },
  { name: 'section', skip: skipString },
  { name: 'rows', skip: skipInt },
  { name: 'seatsPerRow', skip: skipInt },
  { name: 'initialReserved', skip: skipStrings },
] as const;

/** A long of at most this many bytes has 49 bits: well within what the plain type reads exactly. */
const PLAIN_LONG_BYTES = 7;

/**
 * Decodes bytes [start, end) as an init (bare Avro); never throws, reads nothing beyond `end`. avsc reads on to the
 * buffer's end, believes any count and length, replaces what is no UTF-8 and rounds; so it is given nothing but bytes
 * that a walk of our own has found to be one value, from `start` to `end` exactly.
 */
export function decodeInit(buffer: Buffer, start: number, end: number): SectionInit | Undecodable {
  const view = viewOf(buffer);
  let at = start;
  let isWide = false;
  for (const { name, skip } of FIELDS) {
    const next = skip(view, at, end);
    if (next < 0) return { undecodable: reasonOf(name, next) };
    if (skip === skipLong && next - at > PLAIN_LONG_BYTES) isWide = true;
    at = next;
  }
  if (at !== end) return { undecodable: bytesFollow(end - at) };
  const { value, offset }: { value: SectionInit; offset: number } = (isWide ? INIT.wide : INIT.plain).decode(
    buffer,
    start,
  );
  return offset === end ? value : { undecodable: 'the value does not end where its bytes do' };
}
