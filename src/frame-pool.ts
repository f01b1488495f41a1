/** What a pool keeps at the most: buffers, and bytes of each. A batch of the largest default size has about 3 MB a topic. */
const MOST_BUFFERS = 12;
const MOST_BYTES = 16 * 1_048_576;
/** Sizes are powers of two from here on, so that the memory of one batch fits the next. */
const LEAST_BYTES = 65_536;

/**
 * Memory of frame batches that are over, for those to come. It travels with the batches, between the threads, and belongs
 * to one of them at a time. V8 counts memory outside of its heap: thrown away, that of some 30 batches of a backlog is a
 * mark-compact in each thread, and fresh memory is a page fault every 4 kB.
 */
export class FramePool {
  private readonly buffers: ArrayBuffer[] = [];

  /** The size to allocate where nothing here is large enough. */
  static sizeFor(neededBytes: number): number {
    return Math.max(LEAST_BYTES, 2 ** Math.ceil(Math.log2(neededBytes)));
  }

  get count(): number {
    return this.buffers.length;
  }

  /** Takes over what nobody reads or writes any more. Beyond the limit the smallest goes. */
  give(...buffers: readonly (ArrayBuffer | undefined)[]): void {
    for (const buffer of buffers) {
      if (buffer === undefined || buffer.byteLength < LEAST_BYTES || buffer.byteLength > MOST_BYTES) continue;
      const at = this.buffers.findIndex(({ byteLength }) => byteLength >= buffer.byteLength);
      this.buffers.splice(at < 0 ? this.buffers.length : at, 0, buffer);
      if (this.buffers.length > MOST_BUFFERS) this.buffers.shift();
    }
  }

  /** The smallest that has so much room. */
  take(neededBytes: number): ArrayBuffer | undefined {
    const at = this.buffers.findIndex(({ byteLength }) => byteLength >= neededBytes);
    return at < 0 ? undefined : this.buffers.splice(at, 1)[0];
  }

  /** Up to `count` of the largest. */
  takeLargest(count: number): ArrayBuffer[] {
    return this.buffers.splice(Math.max(0, this.buffers.length - count), count);
  }
}
