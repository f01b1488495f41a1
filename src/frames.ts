import { assert, internal } from './errors.js';
import { FramePool } from './frame-pool.js';

/**
 * The frame: how a message travels between librdkafka, the main thread and the workers. Little-endian, 8-byte aligned:
 *
 *     0 i32 partition | 4 i32 value bytes (−1: null) | 8 i32 key bytes (−1: null) | 12 u16 topic | 14 u16 header bytes
 *    16 i64 offset    | 24 i64 record timestamp (ms)  | 32 value, key, headers, padding to 8
 *
 * Headers are a sequence of: u8 name bytes, name, u16 value bytes, value.
 */
export const FRAME_HEADER_BYTES = 32;

/** A frame batch never grows beyond this; a larger one means that limits and batch.maxMessages don't fit each other. */
export const FRAME_BATCH_LIMIT_BYTES = 1 << 30;

/** The input topics, in the order that a tie of record timestamps is decided in. */
export const InputTopic = { init: 0, requests: 1 } as const;
export type InputTopic = (typeof InputTopic)[keyof typeof InputTopic];
export const inputTopics: readonly InputTopic[] = [InputTopic.init, InputTopic.requests];

/** The most bytes of a frame's headers: their size has 16 bits. */
const MOST_HEADER_BYTES = 65_535;

const alignment = 8;
const aligned = (sizeBytes: number): number => (sizeBytes + alignment - 1) & -alignment;

const twoTo32 = 2 ** 32;

/** An i64 as a number, exact up to 2^53. Read as two halves, for a BigInt would be an object for each. */
const readLong = (view: DataView, at: number): number =>
  view.getInt32(at + 4, true) * twoTo32 + view.getUint32(at, true);

function writeLong(view: DataView, at: number, value: number): void {
  view.setInt32(at, value, true);
  view.setInt32(at + 4, Math.floor(value / twoTo32), true);
}

/** Reads the frames in [start, end) of a buffer one after the other, without an object for each. */
export class FrameCursor {
  /** The whole buffer, for what reads it in place. */
  readonly view: DataView;
  private at: number;
  private next: number;

  constructor(
    readonly buffer: Buffer,
    start: number,
    private readonly end: number,
  ) {
    assert(start <= end && end <= buffer.length, 'a frame cursor stays within its buffer');
    this.view = new DataView(buffer.buffer, buffer.byteOffset, buffer.byteLength);
    this.at = start;
    this.next = start;
  }

  /** Moves to the next frame; false at the end. */
  advance(): boolean {
    if (this.next >= this.end) return false;
    this.at = this.next;
    assert(this.at + FRAME_HEADER_BYTES <= this.end, 'a frame has its whole header');
    assert(
      this.view.getInt32(this.at + 4, true) >= -1 && this.view.getInt32(this.at + 8, true) >= -1,
      'what a frame lacks has a size of -1',
    );
    // Compared before it is aligned: bit operations would wrap a damaged length around.
    const contentEnd = this.valueStart + this.valueLength + this.keyLength + this.headersLength;
    assert(contentEnd <= this.end, 'a frame ends within its batch');
    this.next = this.at + aligned(contentEnd - this.at);
    assert(this.next <= this.end, 'a frame is padded within its batch');
    return true;
  }

  get partition(): number {
    return this.view.getInt32(this.at, true);
  }
  get topic(): number {
    return this.view.getUint16(this.at + 12, true);
  }
  get offset(): number {
    return readLong(this.view, this.at + 16);
  }
  get timestampMs(): number {
    return readLong(this.view, this.at + 24);
  }
  get hasValue(): boolean {
    return this.view.getInt32(this.at + 4, true) >= 0;
  }
  get hasKey(): boolean {
    return this.view.getInt32(this.at + 8, true) >= 0;
  }
  get valueStart(): number {
    return this.at + FRAME_HEADER_BYTES;
  }
  get valueEnd(): number {
    return this.valueStart + this.valueLength;
  }
  get keyEnd(): number {
    return this.valueEnd + this.keyLength;
  }
  /** Where the current frame begins, and where the next one does. */
  get frameStart(): number {
    return this.at;
  }
  get frameEnd(): number {
    return this.next;
  }
  /** The value's bytes, a view. */
  value(): Buffer | null {
    return this.hasValue ? this.buffer.subarray(this.valueStart, this.valueEnd) : null;
  }
  /** The key's bytes, a view. */
  key(): Buffer | null {
    return this.hasKey ? this.buffer.subarray(this.valueEnd, this.keyEnd) : null;
  }
  /** The headers' bytes, a view; see `readHeaders`. */
  headers(): Buffer {
    return this.buffer.subarray(this.keyEnd, this.keyEnd + this.headersLength);
  }
  private get valueLength(): number {
    return Math.max(0, this.view.getInt32(this.at + 4, true));
  }
  private get keyLength(): number {
    return Math.max(0, this.view.getInt32(this.at + 8, true));
  }
  private get headersLength(): number {
    return this.view.getUint16(this.at + 14, true);
  }
}

/** What a frame holds besides its value. */
export type FrameMeta = {
  readonly partition: number;
  readonly topic: number;
  readonly offset: number;
  readonly timestampMs: number;
};

const noBytes = Buffer.alloc(0);
const smallestBufferBytes = 4096;

/** Writes frames into one growing buffer. `take` hands the bytes over, and the writer begins anew. */
export class FrameWriter {
  buffer: Buffer = noBytes;
  /** The whole of `buffer`; both are replaced when it grows. */
  view: DataView = new DataView(noBytes.buffer);
  private used = 0;
  private frames = 0;

  /**
   * @param expectedSizeBytes what the first buffer is made for; nothing is allocated before it is needed
   * @param pool memory is taken from there first
   */
  constructor(
    private readonly expectedSizeBytes = 0,
    private readonly pool?: FramePool,
  ) {}

  get sizeBytes(): number {
    return this.used;
  }
  get count(): number {
    return this.frames;
  }

  /** Appends a whole message. */
  append(meta: FrameMeta, value: Uint8Array | null, key: Uint8Array | null, headers?: Uint8Array): void {
    const valueBytes = value?.length ?? 0;
    const keyBytes = key?.length ?? 0;
    const at = this.reserve(valueBytes + keyBytes + (headers?.length ?? 0));
    if (value !== null) this.buffer.set(value, at);
    if (key !== null) this.buffer.set(key, at + valueBytes);
    if (headers !== undefined) this.buffer.set(headers, at + valueBytes + keyBytes);
    this.finish(meta, value === null ? -1 : valueBytes, key === null ? -1 : keyBytes, headers?.length ?? 0);
  }

  /** Makes room for a frame of `contentBytes` and returns where its value begins in `buffer`; `finish` completes it. */
  reserve(contentBytes: number): number {
    const needed = this.used + FRAME_HEADER_BYTES + contentBytes + alignment;
    if (needed > this.buffer.length) this.grow(needed);
    return this.used + FRAME_HEADER_BYTES;
  }

  /** Completes the frame begun by `reserve`: the value lies at its place, the key behind it, then the headers. */
  finish(meta: FrameMeta, valueBytes: number, keyBytes: number, headerBytes = 0): void {
    this.complete(meta.partition, meta.topic, meta.offset, meta.timestampMs, valueBytes, keyBytes, headerBytes);
  }

  /** As `finish`, for what the daemon produces: it has no offset yet, no headers, and its topic is its batch's. */
  finishOutput(partition: number, timestampMs: number, valueBytes: number, keyBytes: number): void {
    this.complete(partition, 0, 0, timestampMs, valueBytes, keyBytes, 0);
  }

  /** Copies whole frames from another batch. */
  copy(source: Buffer, start: number, end: number, count: number): void {
    if (this.used + end - start > this.buffer.length) this.grow(this.used + end - start);
    source.copy(this.buffer, this.used, start, end);
    this.used += end - start;
    this.frames += count;
  }

  /** The batch written so far, as an ArrayBuffer that can be transferred, and its size. The writer is empty afterwards. */
  take(): FrameBatch {
    if (this.frames === 0) return emptyFrameBatch();
    const batch = { bytes: this.buffer.buffer as ArrayBuffer, sizeBytes: this.used, count: this.frames };
    this.buffer = noBytes;
    this.view = new DataView(noBytes.buffer);
    this.clear();
    return batch;
  }

  /** Forgets the frames and keeps the buffer. */
  clear(): void {
    this.used = 0;
    this.frames = 0;
  }

  private complete(
    partition: number,
    topic: number,
    offset: number,
    timestampMs: number,
    valueBytes: number,
    keyBytes: number,
    headerBytes: number,
  ): void {
    const { view, used: at } = this;
    assert(valueBytes >= -1 && keyBytes >= -1, 'what a frame lacks has a size of -1');
    assert(headerBytes <= MOST_HEADER_BYTES, "headers fit a frame's");
    view.setInt32(at, partition, true);
    view.setInt32(at + 4, valueBytes, true);
    view.setInt32(at + 8, keyBytes, true);
    view.setUint16(at + 12, topic, true);
    view.setUint16(at + 14, headerBytes, true);
    writeLong(view, at + 16, offset);
    writeLong(view, at + 24, timestampMs);
    const content = Math.max(0, valueBytes) + Math.max(0, keyBytes) + headerBytes;
    this.used = at + aligned(FRAME_HEADER_BYTES + content);
    assert(this.used <= this.buffer.length, 'a frame was finished within the room reserved for it');
    this.frames += 1;
  }

  private grow(neededBytes: number): void {
    const wanted = Math.max(neededBytes, this.buffer.length * 2, this.expectedSizeBytes, smallestBufferBytes);
    const grown = frameBatchBuffer(neededBytes, wanted, this.pool);
    this.buffer.copy(grown, 0, 0, this.used);
    this.pool?.give(this.buffer.buffer as ArrayBuffer);
    this.buffer = grown;
    this.view = new DataView(grown.buffer);
  }
}

/** A buffer of its own memory, which can be transferred: of `wantedBytes` or more, if a batch may be so large. */
export function frameBatchBuffer(neededBytes: number, wantedBytes = neededBytes, pool?: FramePool): Buffer {
  if (neededBytes > FRAME_BATCH_LIMIT_BYTES)
    throw internal(
      `a batch would need ${neededBytes} bytes, more than ${FRAME_BATCH_LIMIT_BYTES}; lower batch.maxMessages or limits.seatsPerRequest`,
    );
  const pooled = pool?.take(wantedBytes);
  if (pooled !== undefined) return Buffer.from(pooled);
  const sizeBytes = pool === undefined ? wantedBytes : FramePool.sizeFor(wantedBytes);
  return Buffer.allocUnsafeSlow(Math.min(FRAME_BATCH_LIMIT_BYTES, sizeBytes));
}

/** A frame batch on its way: the ArrayBuffer may be larger than what is used of it. */
export type FrameBatch = { readonly bytes: ArrayBuffer; readonly sizeBytes: number; readonly count: number };

export const emptyFrameBatch = (): FrameBatch => ({ bytes: new ArrayBuffer(0), sizeBytes: 0, count: 0 });

export const framesOf = (batch: FrameBatch): FrameCursor =>
  new FrameCursor(Buffer.from(batch.bytes), 0, batch.sizeBytes);
