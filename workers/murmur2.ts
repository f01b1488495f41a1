import { viewOf } from './bytes.js';

const SEED = 0x9747b28c;
const MULTIPLIER = 0x5bd1e995;

/** Kafka's murmur2 of bytes [start, end), a signed 32-bit integer (org.apache.kafka.common.utils.Utils.murmur2). */
export function murmur2(view: DataView, start: number, end: number): number {
  let hash = SEED ^ (end - start);
  let at = start;
  for (; at + 4 <= end; at += 4) {
    let word = Math.imul(view.getInt32(at, true), MULTIPLIER);
    word ^= word >>> 24;
    hash = Math.imul(hash, MULTIPLIER) ^ Math.imul(word, MULTIPLIER);
  }
  const rest = end - at;
  if (rest === 3) hash ^= view.getUint8(at + 2) << 16;
  if (rest >= 2) hash ^= view.getUint8(at + 1) << 8;
  if (rest >= 1) hash = Math.imul(hash ^ view.getUint8(at), MULTIPLIER);
  hash = Math.imul(hash ^ (hash >>> 13), MULTIPLIER);
  return hash ^ (hash >>> 15);
}

/** The partition of a key with this hash: what the Java client's default partitioner chooses for a key that isn't null. */
export const partitionOfHash = (hash: number, partitionCount: number): number => (hash & 0x7fffffff) % partitionCount;

/**
 * The partition of the key in bytes [start, end): what the Java client's default partitioner and librdkafka's
 * `murmur2_random` choose for a key that isn't null.
 */
export const partitionOf = (buffer: Uint8Array, start: number, end: number, partitionCount: number): number =>
  partitionOfHash(murmur2(viewOf(buffer), start, end), partitionCount);
