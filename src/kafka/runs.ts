import type Kafka from 'node-rdkafka';
import { assert } from '../errors.js';
import { FramePool } from '../frame-pool.js';
import { FrameWriter } from '../frames.js';
import type { Run } from '../pipeline/merge.js';

/** The end of a partition was reached: PARTITION_EOF. */
export type PartitionEnd = { readonly topic: number; readonly partition: number; readonly offset: number };

/** What a consume brought, in the order of its arrival. */
export type Consumed = {
  readonly count: number;
  readonly events: readonly ConsumedEvent[];
  /** To be called once nobody reads the runs any more: their memory is used again, and who still reads it fails. */
  readonly release?: () => void;
};
export type ConsumedEvent = { readonly run: Run } | { readonly end: PartitionEnd };

/** What was consumed into `frames`, whose memory goes to the pool once it is released. */
export function consumedOf(count: number, events: readonly ConsumedEvent[], frames: Buffer, pool: FramePool): Consumed {
  if (frames.length === 0) return { count, events };
  const memory = frames.buffer as ArrayBuffer;
  // It changes hands: whoever kept a run of it finds nothing there, instead of another batch's frames.
  return { count, events, release: () => pool.give(structuredClone(memory, { transfer: [memory] })) };
}

type OpenRun = { -readonly [Field in keyof Omit<Run, 'buffer'>]: Run[Field] };

/** Packs node-rdkafka's messages into one frame batch and notes the runs in it. */
export class RunPacker {
  private readonly writer: FrameWriter;
  private readonly events: ({ run: OpenRun } | { end: PartitionEnd })[] = [];
  private open: OpenRun | undefined;

  constructor(private readonly pool = new FramePool()) {
    this.writer = new FrameWriter(0, pool);
  }

  get count(): number {
    return this.writer.count;
  }

  message(topic: number, message: Kafka.Message): void {
    const { partition, offset, key, value, timestamp } = message;
    const start = this.writer.sizeBytes;
    const keyBytes = typeof key === 'string' ? Buffer.from(key) : (key ?? null);
    this.writer.append({ partition, topic, offset, timestampMs: timestamp ?? -1 }, value, keyBytes);
    const end = this.writer.sizeBytes;
    if (this.open !== undefined && this.open.topic === topic && this.open.partition === partition) {
      assert(
        offset > this.open.lastOffset,
        `offsets rise: partition ${partition} gave ${offset} after ${this.open.lastOffset}`,
      );
      this.open.end = end;
      this.open.count += 1;
      this.open.lastOffset = offset;
      return;
    }
    this.open = { topic, partition, start, end, count: 1, firstOffset: offset, lastOffset: offset };
    this.events.push({ run: this.open });
  }

  end(end: PartitionEnd): void {
    this.open = undefined;
    this.events.push({ end });
  }

  take(): Consumed {
    const { count, buffer } = this.writer;
    const events = this.events.map((event) => ('run' in event ? { run: { ...event.run, buffer } } : event));
    return consumedOf(count, events, buffer, this.pool);
  }
}
