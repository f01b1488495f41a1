/** Where a partition's reader is, as far as is known. */
export type ReadPosition = {
  readonly partition: number;
  /** The offset behind the last record, or of the last PARTITION_EOF: everything committed before it was read. */
  readonly next: number | undefined;
  /** The high watermark as the latest fetch told it. */
  readonly high: number | undefined;
};

/**
 * Tells when every partition was read to the end that it had at first sight. That is its high watermark: a transaction may be
 * acknowledged and its marker still be on the way, with the last stable offset, and so PARTITION_EOF, before its records. So
 * an end before that watermark does not count, and a transaction that is open then is waited for.
 */
export class LoadProgress {
  /** Partitions that are not read yet, with their targets once those are known. */
  private readonly open: Map<number, number | undefined>;

  constructor(partitions: Iterable<number>) {
    this.open = new Map([...partitions].map((partition) => [partition, undefined]));
  }

  get isDone(): boolean {
    return this.open.size === 0;
  }

  note({ partition, next, high }: ReadPosition): void {
    if (!this.open.has(partition)) return;
    const target = this.open.get(partition) ?? high;
    if (target !== undefined && next !== undefined && next >= target) this.open.delete(partition);
    else this.open.set(partition, target);
  }
}
