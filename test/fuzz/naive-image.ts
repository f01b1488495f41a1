import { crc32 } from 'node:zlib';

/** What an image says, by the layout that workers/image.ts describes. */
export type NaiveImage = {
  readonly rows: number;
  readonly seatsPerRow: number;
  readonly initiallyReserved: number;
  readonly init: number;
  readonly requests: number;
  readonly lastTimestampMs: number;
  /** One for each seat, true while it is free. */
  readonly free: readonly boolean[];
};

export const imageChecksum = (key: string, image: Buffer): number => crc32(image.subarray(8), crc32(key));

/** Writes an image as plainly as it can be written; `free` may contradict rows and seats per row. */
export function naiveImageBytes(key: string, image: NaiveImage): Buffer {
  const { free } = image;
  const bytes = Buffer.alloc(64 + Math.ceil(free.length / 64) * 8);
  bytes.writeUInt16LE(1, 0);
  bytes.writeUInt16LE(64, 2);
  bytes.writeBigInt64LE(BigInt(image.init), 8);
  bytes.writeBigInt64LE(BigInt(image.requests), 16);
  bytes.writeInt32LE(image.rows, 24);
  bytes.writeInt32LE(image.seatsPerRow, 28);
  bytes.writeUInt32LE(free.length, 32);
  bytes.writeUInt32LE(image.initiallyReserved, 36);
  bytes.writeUInt32LE(free.filter(Boolean).length, 40);
  bytes.writeBigInt64LE(BigInt(image.lastTimestampMs), 48);
  for (const [seat, isFree] of free.entries()) if (isFree) bytes[64 + (seat >> 3)]! |= 1 << (seat & 7);
  return withChecksum(key, bytes);
}

/** The bytes with the checksum that they ought to have. */
export function withChecksum(key: string, bytes: Buffer): Buffer {
  const result = Buffer.from(bytes);
  if (result.length >= 8) result.writeUInt32LE(imageChecksum(key, result), 4);
  return result;
}

/** The image that bytes are, all of whose parts agree; undefined when they are none, or one of another section. */
export function naiveImage(key: string, bytes: Buffer): NaiveImage | undefined {
  if (bytes.length < 64 || bytes.readUInt16LE(0) !== 1 || bytes.readUInt16LE(2) !== 64) return undefined;
  if (bytes.readUInt32LE(4) !== imageChecksum(key, bytes)) return undefined;
  const [init, requests, last] = [8, 16, 48].map((at) => Number(bytes.readBigInt64LE(at))) as [number, number, number];
  if (![init, requests, last].every(Number.isSafeInteger) || init < 0 || requests < 0) return undefined;
  const [rows, seatsPerRow] = [bytes.readInt32LE(24), bytes.readInt32LE(28)];
  const [seats, reserved, available] = [32, 36, 40].map((at) => bytes.readUInt32LE(at)) as [number, number, number];
  if (seats !== (rows > 0 && seatsPerRow > 0 ? rows * seatsPerRow : 0)) return undefined;
  if (bytes.length !== 64 + Math.ceil(seats / 64) * 8 || reserved + available > seats) return undefined;
  if (bytes.readUInt32LE(44) !== 0 || bytes.readBigUInt64LE(56) !== 0n) return undefined;
  const bits = Array.from({ length: (bytes.length - 64) * 8 }, (_, seat) => {
    return (bytes[64 + (seat >> 3)]! & (1 << (seat & 7))) !== 0;
  });
  if (bits.slice(seats).includes(true) || bits.filter(Boolean).length !== available) return undefined;
  const positions = { init, requests, lastTimestampMs: last };
  return { rows, seatsPerRow, initiallyReserved: reserved, ...positions, free: bits.slice(0, seats) };
}
