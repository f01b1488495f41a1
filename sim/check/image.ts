import type { Positions } from '../../src/pipeline/positions.js';

/** A section's image, read by its documented layout (workers/image.ts) and by no code of the daemon. */
export type ReadImage = {
  readonly positions: Positions;
  readonly available: number;
  /** By seat, from 0. */
  readonly isFree: readonly boolean[];
};

const headerBytes = 64;

export function readImage(bytes: Buffer): ReadImage {
  const seatCount = bytes.readUInt32LE(32);
  const isFree = Array.from({ length: seatCount }, (_, seat) => {
    const word = bytes.readUInt32LE(headerBytes + 4 * Math.floor(seat / 32));
    return Math.floor(word / 2 ** (seat % 32)) % 2 === 1;
  });
  return { positions: imagePositions(bytes), available: bytes.readUInt32LE(40), isFree };
}

export const imagePositions = (bytes: Buffer): Positions => ({
  init: Number(bytes.readBigInt64LE(8)),
  requests: Number(bytes.readBigInt64LE(16)),
});

/** Of a partition's positions: each is ahead of or behind every other, or the same. */
export const isAhead = (one: Positions, other: Positions): boolean =>
  one.init > other.init || one.requests > other.requests;
