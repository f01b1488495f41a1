import type { FramePool } from '../src/frame-pool.js';
import { emptyFrameBatch, type FrameBatch, FrameWriter, frameBatchBuffer } from '../src/frames.js';

/** The most memory that is kept from batch to batch; a batch that needed more gives all of it back. */
const KEPT_BYTES = 64 * 1_048_576;

/**
 * Frames of one topic, grouped by partition: librdkafka takes them partition by partition at less cost. Each partition
 * has a writer, whose memory is used again for the next batch.
 */
export class FrameGroups {
  private writers: readonly FrameWriter[];

  constructor(
    private readonly partitionCount: number,
    private readonly pool: FramePool,
  ) {
    this.writers = emptyWriters(partitionCount);
  }

  of(partition: number): FrameWriter {
    return this.writers[partition]!;
  }

  /** Forgets what was written. */
  clear(): void {
    for (const writer of this.writers) writer.clear();
  }

  /** The frames written so far, partition by partition, each partition's in their order. Nothing is left afterwards. */
  take(): FrameBatch {
    let sizeBytes = 0;
    let count = 0;
    let keptBytes = 0;
    for (const writer of this.writers) {
      sizeBytes += writer.sizeBytes;
      count += writer.count;
      keptBytes += writer.buffer.length;
    }
    if (count === 0) return emptyFrameBatch();
    const target = frameBatchBuffer(sizeBytes, sizeBytes, this.pool);
    let at = 0;
    for (const writer of this.writers) {
      target.set(writer.buffer.subarray(0, writer.sizeBytes), at);
      at += writer.sizeBytes;
    }
    if (keptBytes > KEPT_BYTES) this.writers = emptyWriters(this.partitionCount);
    else this.clear();
    return { bytes: target.buffer as ArrayBuffer, sizeBytes, count };
  }
}

const emptyWriters = (count: number): FrameWriter[] => Array.from({ length: count }, () => new FrameWriter());
