import { setTimeout as sleep } from 'node:timers/promises';
import { type ChangelogReader, connectReader, type KafkaChangelogOptions } from './changelog.js';
import { disconnect } from './connect.js';
import type { Consumed } from './runs.js';

/** Follows committed images of the changelog as they come. One call may be outstanding at a time. */
export interface ChangelogTail {
  /** Follows these partitions, each from an offset on, and no others. */
  follow(positions: ReadonlyMap<number, number>): Promise<void>;
  /** Takes what is there, up to `limit` records; it does not wait for more. */
  take(limit: number): Promise<Consumed>;
  /** The high watermark as the last fetch told it, or undefined before one did. */
  end(partition: number): number | undefined;
  close(): Promise<void>;
}

export class KafkaChangelogTail implements ChangelogTail {
  private reader: ChangelogReader | undefined;
  private taking = false;

  constructor(private readonly options: KafkaChangelogOptions) {}

  async follow(positions: ReadonlyMap<number, number>): Promise<void> {
    if (this.reader === undefined && positions.size === 0) return;
    this.reader ??= await connectReader(this.options);
    const { topic } = this.options;
    this.reader.consumer.assign([...positions].map(([partition, offset]) => ({ topic, partition, offset })));
  }

  async take(limit: number): Promise<Consumed> {
    if (this.reader === undefined) return { count: 0, events: [] };
    this.taking = true;
    try {
      return await this.reader.source.take(limit, 0, 0);
    } finally {
      this.taking = false;
    }
  }

  end(partition: number): number | undefined {
    try {
      const { highOffset } = this.reader?.consumer.getWatermarkOffsets(this.options.topic, partition) ?? {};
      // Before the first fetch it is a logical offset, which is negative.
      return highOffset !== undefined && highOffset >= 0 ? highOffset : undefined;
    } catch {
      return undefined;
    }
  }

  async close(): Promise<void> {
    while (this.taking) await sleep(5);
    if (this.reader !== undefined) await disconnect(this.reader.consumer);
  }
}
