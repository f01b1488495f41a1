import { crc32 } from 'node:zlib';
import type { Positions } from '../src/pipeline/positions.js';
import { countFree, MAX_SEAT_COUNT, SeatMap, seatCountOf, wordCountOf } from './seat-map.js';

/**
 * The image of a section, little-endian; what the store and the changelog hold of it:
 *
 *  0 u16 format version      2 u16 header's size in bytes   4 u32 CRC-32 of the key and all bytes from 8 on
 *  8 i64 init position      16 i64 requests position       24 i32 rows          28 i32 seats per row
 * 32 u32 seat count         36 u32 initially reserved      40 u32 available     44 u32 flags, 0
 * 48 i64 last timestamp, ms 56 8 bytes, 0                  64 the bitmap, u32 words, padded with 0 to 8 bytes
 */
const FORMAT_VERSION = 1;
const HEADER_SIZE_BYTES = 64;
/** The checksum covers what follows it. */
const CHECKED_FROM = 8;

export type Image = {
  readonly map: SeatMap;
  /** Of its partition, at the end of the batch that wrote it. Safe integers. */
  readonly positions: Positions;
  /** The record timestamp of the last input that touched the section. */
  readonly lastTimestampMs: number;
  readonly formatVersion: number;
};

/** `length`: not as long as it says; `version`: of another format; `checksum`: altered; `inconsistent`: contradicts itself. */
export type ImageErrorCode = 'length' | 'version' | 'checksum' | 'inconsistent';

/** Bytes that are no image of this format, or a damaged one. */
export class ImageError extends Error {
  constructor(
    readonly code: ImageErrorCode,
    message: string,
  ) {
    super(message);
    this.name = 'ImageError';
  }
}

/** The size of the image of a section of `seatCount` seats; a multiple of 8. */
export const imageSizeBytes = (seatCount: number): number =>
  HEADER_SIZE_BYTES + Math.ceil(wordCountOf(seatCount) / 2) * 8;

function writeLong(target: DataView, at: number, value: number): void {
  target.setInt32(at, value, true);
  target.setInt32(at + 4, Math.floor(value / 2 ** 32), true);
}

function readLong(view: DataView, at: number): number {
  const value = view.getInt32(at + 4, true) * 2 ** 32 + view.getUint32(at, true);
  if (!Number.isSafeInteger(value)) throw new ImageError('inconsistent', `the long at byte ${at} is beyond 2^53`);
  return value;
}

/**
 * Writes the image of a section into `target` from byte `at` on, without a buffer of its own.
 *
 * @param keyChecksum CRC-32 of the section's key, which the image's own goes on from: under another key it is a damaged one
 * @returns the bytes written, `imageSizeBytes(map.seatCount)`
 * @throws RangeError when `target` is too short
 */
export function encodeImage(
  target: DataView,
  at: number,
  keyChecksum: number,
  map: SeatMap,
  positions: Positions,
  lastTimestampMs: number,
): number {
  const sizeBytes = imageSizeBytes(map.seatCount);
  target.setUint16(at, FORMAT_VERSION, true);
  target.setUint16(at + 2, HEADER_SIZE_BYTES, true);
  writeLong(target, at + 8, positions.init);
  writeLong(target, at + 16, positions.requests);
  target.setInt32(at + 24, map.rows, true);
  target.setInt32(at + 28, map.seatsPerRow, true);
  target.setUint32(at + 32, map.seatCount, true);
  target.setUint32(at + 36, map.initiallyReserved, true);
  target.setUint32(at + 40, map.available, true);
  target.setUint32(at + 44, 0, true);
  writeLong(target, at + 48, lastTimestampMs);
  writeLong(target, at + 56, 0);
  const { words } = map;
  let position = at + HEADER_SIZE_BYTES;
  for (let word = 0; word < words.length; word += 1, position += 4) target.setUint32(position, words[word]!, true);
  if (position < at + sizeBytes) target.setUint32(position, 0, true);
  const checked = new Uint8Array(target.buffer, target.byteOffset + at + CHECKED_FROM, sizeBytes - CHECKED_FROM);
  target.setUint32(at + 4, crc32(checked, keyChecksum), true);
  return sizeBytes;
}

/** A view of the header, whose format and length are checked; nothing else is. */
function openImage(bytes: Uint8Array): DataView {
  if (bytes.length < HEADER_SIZE_BYTES) throw new ImageError('length', `${bytes.length} bytes are no image`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const version = view.getUint16(0, true);
  if (version !== FORMAT_VERSION || view.getUint16(2, true) !== HEADER_SIZE_BYTES) {
    throw new ImageError('version', `format version ${version} is not ${FORMAT_VERSION}`);
  }
  const expectedBytes = imageSizeBytes(view.getUint32(32, true));
  if (bytes.length !== expectedBytes) {
    throw new ImageError('length', `${bytes.length} bytes where its seat count wants ${expectedBytes}`);
  }
  return view;
}

/** As `openImage`; and the checksum is that of the bytes under this key. */
function openChecked(keyChecksum: number, bytes: Uint8Array): DataView {
  const view = openImage(bytes);
  if (crc32(bytes.subarray(CHECKED_FROM), keyChecksum) !== view.getUint32(4, true)) {
    throw new ImageError('checksum', 'the checksum differs');
  }
  return view;
}

function readPositions(view: DataView): Positions {
  const positions = { init: readLong(view, 8), requests: readLong(view, 16) };
  consistent(positions.init >= 0 && positions.requests >= 0, 'a position is negative');
  return positions;
}

/** The positions alone, without a look at the checksum and the bitmap. @throws ImageError */
export const imagePositions = (bytes: Uint8Array): Positions => readPositions(openImage(bytes));

/** The checksum that an image carries, which is not compared with its bytes here. */
export const imageChecksum = (bytes: Uint8Array): number => openImage(bytes).getUint32(4, true);

/** The seats alone, all and those that are left, without a look at the bitmap. @throws ImageError @see decodeImage */
export function imageSeats(
  keyChecksum: number,
  bytes: Uint8Array,
): { readonly seats: number; readonly available: number; readonly lastTimestampMs: number } {
  const view = openChecked(keyChecksum, bytes);
  return {
    seats: view.getUint32(32, true),
    available: view.getUint32(40, true),
    lastTimestampMs: readLong(view, 48),
  };
}

function consistent(condition: boolean, what: string): void {
  if (!condition) throw new ImageError('inconsistent', what);
}

/**
 * Reads an image; `bytes` may lie at any offset of their buffer and are copied. @throws ImageError for any damage
 *
 * @param keyChecksum CRC-32 of the key that the image was found under
 */
export function decodeImage(keyChecksum: number, bytes: Uint8Array): Image {
  const view = openChecked(keyChecksum, bytes);
  const rows = view.getInt32(24, true);
  const seatsPerRow = view.getInt32(28, true);
  const seatCount = view.getUint32(32, true);
  const initiallyReserved = view.getUint32(36, true);
  const available = view.getUint32(40, true);
  consistent(seatCount === seatCountOf(rows, seatsPerRow), 'the seat count is not rows times seats per row');
  consistent(seatCount <= MAX_SEAT_COUNT, 'the seat count is beyond what a section can have');
  consistent(initiallyReserved + available <= seatCount, 'more seats are reserved and available than there are');
  const zeros = view.getUint32(44, true) | view.getUint32(56, true) | view.getUint32(60, true);
  consistent(zeros === 0, 'the reserved bytes are not 0');
  const words = readWords(view, seatCount);
  consistent(countFree(words) === available, 'the available seats are not those of the bitmap');
  return {
    map: SeatMap.restore(rows, seatsPerRow, initiallyReserved, words),
    positions: readPositions(view),
    lastTimestampMs: readLong(view, 48),
    formatVersion: view.getUint16(0, true),
  };
}

function readWords(view: DataView, seatCount: number): Uint32Array {
  const words = new Uint32Array(wordCountOf(seatCount));
  for (let at = 0; at < words.length; at += 1) words[at] = view.getUint32(HEADER_SIZE_BYTES + at * 4, true);
  const used = seatCount % 32;
  consistent(used === 0 || words[words.length - 1]! >>> used === 0, 'bits are set beyond the last seat');
  consistent(words.length % 2 === 0 || view.getUint32(view.byteLength - 4, true) === 0, 'the padding is not 0');
  return words;
}
