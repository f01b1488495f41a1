import type { ReadPosition } from '../../../src/client/load-progress.js';
import type { CommittedRecord, StatusSource } from '../../../src/client/status-source.js';
import { type Status, sectionKey, statusCodec } from '../../support/wire.js';

/** A partition as a test fills it. `end` is what a read_committed reader sees, `high` the high watermark. */
type MemoryPartition = {
  readonly records: CommittedRecord[];
  taken: number;
  end: number | undefined;
  high: number | undefined;
};

/** A status topic in memory. */
export class MemoryStatusSource implements StatusSource {
  outdated: string | undefined;
  isMissing = false;
  isClosed = false;
  failure: Error | undefined;
  private readonly partitions: MemoryPartition[];

  constructor(readonly partitionCount: number) {
    this.partitions = Array.from({ length: partitionCount }, () => ({
      records: [],
      taken: 0,
      end: undefined,
      high: undefined,
    }));
  }

  /** Appends a committed record; without an `availableCount` a tombstone. */
  write(partition: number, section: string, availableCount?: number, timestampMs = 1_000, eventId = 1n): void {
    const status: Status = { eventId, section, availableCount: availableCount ?? 0, timestamp: BigInt(timestampMs) };
    const value = availableCount === undefined ? null : statusCodec.encode(status);
    this.writeBytes(partition, Buffer.from(sectionKey(status)), value, timestampMs);
  }

  writeBytes(partition: number, key: Buffer, value: Buffer | null, timestampMs = 1_000): void {
    const { records } = this.at(partition);
    records.push({ partition, offset: records.length, timestampMs, key, value });
  }

  /** The reader came to the end of a partition: PARTITION_EOF at `end`, when the high watermark was `high`. */
  reachEnd(partition: number, end = this.at(partition).records.length, high = end): void {
    Object.assign(this.at(partition), { end, high });
  }

  reachAllEnds(): void {
    for (const partition of this.partitions.keys()) this.reachEnd(partition);
  }

  async next(limit: number): Promise<readonly CommittedRecord[]> {
    if (this.failure !== undefined) throw this.failure;
    const taken: CommittedRecord[] = [];
    for (const partition of this.partitions) {
      const some = partition.records.slice(partition.taken, partition.taken + limit - taken.length);
      partition.taken += some.length;
      taken.push(...some);
    }
    return taken;
  }

  positions(): ReadPosition[] {
    return this.partitions.map(({ taken, end, high }, partition) => {
      const next = end === undefined && taken === 0 ? undefined : Math.max(taken, end ?? 0);
      return { partition, next, high };
    });
  }

  async close(): Promise<void> {
    this.isClosed = true;
  }

  private at(partition: number): MemoryPartition {
    const found = this.partitions[partition];
    if (found === undefined) throw new Error(`no partition ${partition}`);
    return found;
  }
}
