/**
 * Bytes are read and written through DataViews: four at a time at any offset. For the short texts of a request a call
 * into native code costs more than such a loop.
 */

/** Copies bytes [start, end) of `source` to `at` of `target`; returns the position behind them. */
export function copyBytes(source: DataView, start: number, end: number, target: DataView, at: number): number {
  let from = start;
  let to = at;
  for (; from + 4 <= end; from += 4, to += 4) target.setInt32(to, source.getInt32(from, true), true);
  for (; from < end; from += 1, to += 1) target.setUint8(to, source.getUint8(from));
  return to;
}

/** Whether bytes [start, end) of `one` are those of `other` from `at` on. */
export function sameBytes(one: DataView, start: number, end: number, other: DataView, at: number): boolean {
  const shift = at - start;
  let position = start;
  for (; position + 4 <= end; position += 4) {
    if (one.getInt32(position, true) !== other.getInt32(position + shift, true)) return false;
  }
  for (; position < end; position += 1) {
    if (one.getUint8(position) !== other.getUint8(position + shift)) return false;
  }
  return true;
}

/** Whether bytes [start, end) are ASCII. */
export function isAscii(view: DataView, start: number, end: number): boolean {
  let words = 0;
  let bytes = 0;
  let position = start;
  for (; position + 4 <= end; position += 4) words |= view.getInt32(position, true);
  for (; position < end; position += 1) bytes |= view.getUint8(position);
  return (words & 0x80808080) === 0 && bytes < 0x80;
}

export const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
