/** A frame, read by the layout that src/frames.ts describes, and by nothing else of it. */
export type NaiveFrame = {
  readonly partition: number;
  readonly topic: number;
  readonly offset: number;
  readonly timestampMs: number;
  readonly value: Buffer | null;
  readonly key: Buffer | null;
  readonly headers: Buffer;
};

/** The frame of a message, its padding 0. */
export function naiveFrame({ partition, topic, offset, timestampMs, value, key, headers }: NaiveFrame): Buffer {
  const header = Buffer.alloc(32);
  header.writeInt32LE(partition, 0);
  header.writeInt32LE(value?.length ?? -1, 4);
  header.writeInt32LE(key?.length ?? -1, 8);
  header.writeUInt16LE(topic, 12);
  header.writeUInt16LE(headers.length, 14);
  header.writeBigInt64LE(BigInt(offset), 16);
  header.writeBigInt64LE(BigInt(timestampMs), 24);
  const content = Buffer.concat([header, value ?? Buffer.alloc(0), key ?? Buffer.alloc(0), headers]);
  return Buffer.concat([content, Buffer.alloc(-content.length & 7)]);
}

export type NaiveFrames = { readonly frames: readonly NaiveFrame[]; readonly isDamaged: boolean };

/** The whole frames that bytes begin with, and whether anything else follows them. */
export function naiveFrames(bytes: Buffer): NaiveFrames {
  const frames: NaiveFrame[] = [];
  for (let at = 0; at < bytes.length; ) {
    if (bytes.length - at < 32) return { frames, isDamaged: true };
    const [valueBytes, keyBytes] = [bytes.readInt32LE(at + 4), bytes.readInt32LE(at + 8)];
    if (valueBytes < -1 || keyBytes < -1) return { frames, isDamaged: true };
    const valueEnd = at + 32 + Math.max(0, valueBytes);
    const keyEnd = valueEnd + Math.max(0, keyBytes);
    const headersEnd = keyEnd + bytes.readUInt16LE(at + 14);
    const end = at + Math.ceil((headersEnd - at) / 8) * 8;
    if (end > bytes.length) return { frames, isDamaged: true };
    frames.push({
      partition: bytes.readInt32LE(at),
      topic: bytes.readUInt16LE(at + 12),
      offset: Number(bytes.readBigInt64LE(at + 16)),
      timestampMs: Number(bytes.readBigInt64LE(at + 24)),
      value: valueBytes < 0 ? null : bytes.subarray(at + 32, valueEnd),
      key: keyBytes < 0 ? null : bytes.subarray(valueEnd, keyEnd),
      headers: bytes.subarray(keyEnd, headersEnd),
    });
    at = end;
  }
  return { frames, isDamaged: false };
}

/** The headers of a frame as names and values; undefined when the last one is cut short. */
export function naiveHeaders(bytes: Buffer): (readonly [name: Buffer, value: Buffer])[] | undefined {
  const headers: (readonly [Buffer, Buffer])[] = [];
  let rest = bytes;
  while (rest.length > 0) {
    const [nameBytes = 0] = rest;
    if (rest.length < 1 + nameBytes + 2) return undefined;
    const valueStart = 1 + nameBytes + 2;
    const valueEnd = valueStart + rest.readUInt16LE(1 + nameBytes);
    if (rest.length < valueEnd) return undefined;
    headers.push([rest.subarray(1, 1 + nameBytes), rest.subarray(valueStart, valueEnd)]);
    rest = rest.subarray(valueEnd);
  }
  return headers;
}
