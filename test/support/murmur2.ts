/** Kafka's murmur2 (org.apache.kafka.common.utils.Utils.murmur2): a signed 32-bit hash of `data`. */
export function murmur2(data: Buffer): number {
  const multiplier = 0x5bd1e995;
  let hash = 0x9747b28c ^ data.length;
  let at = 0;
  for (; at + 4 <= data.length; at += 4) {
    let word = Math.imul(data.readInt32LE(at), multiplier);
    word ^= word >>> 24;
    hash = Math.imul(hash, multiplier) ^ Math.imul(word, multiplier);
  }
  const tail = data.length - at;
  if (tail >= 3) hash ^= (data[at + 2] as number) << 16;
  if (tail >= 2) hash ^= (data[at + 1] as number) << 8;
  if (tail >= 1) hash = Math.imul(hash ^ (data[at] as number), multiplier);
  hash ^= hash >>> 13;
  hash = Math.imul(hash, multiplier);
  return (hash ^ (hash >>> 15)) | 0;
}

/** The partition that the Java client's default partitioner gives to a record with this key. */
export const partitionOf = (key: Buffer, partitions: number): number => (murmur2(key) & 0x7fffffff) % partitions;
