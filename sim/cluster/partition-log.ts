import type { OffsetRange } from '../../src/kafka/watermarks.js';
import type { Transaction } from './transaction.js';

/** What a producer gives: Kafka adds the offset. */
export type OutgoingRecord = {
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly timestampMs: number;
  readonly headers: Readonly<Record<string, string>>;
};

export type LoggedRecord = OutgoingRecord & { readonly partition: number; readonly offset: number };

/** An offset's content: a record, a transaction's marker, or nothing any more, once compacted. */
type Entry = { readonly record: LoggedRecord | undefined; readonly transaction: Transaction | undefined };

/**
 * The log of one partition as Kafka keeps it: markers of transactions take offsets, aborted records stay, and a reader
 * of committed records sees nothing from the first record of an open transaction on.
 */
export class PartitionLog {
  private readonly entries: Entry[] = [];
  /** Open transactions with records here, and the offset of the first of them. */
  private readonly open = new Map<Transaction, number>();
  private readonly aborted = new Set<Transaction>();

  constructor(
    readonly topic: string,
    readonly partition: number,
    /** What lay below was deleted. */
    readonly low = 0,
  ) {}

  get name(): string {
    return `${this.topic}-${this.partition}`;
  }

  /** The high watermark. */
  get high(): number {
    return this.low + this.entries.length;
  }

  get range(): OffsetRange {
    return { low: this.low, high: this.high };
  }

  /** The last stable offset: where a reader of committed records comes to the end. */
  get lastStable(): number {
    return Math.min(this.high, ...this.open.values());
  }

  append(record: OutgoingRecord, transaction?: Transaction): LoggedRecord {
    const logged = { ...record, partition: this.partition, offset: this.high };
    if (transaction !== undefined && !this.open.has(transaction)) this.open.set(transaction, logged.offset);
    this.entries.push({ record: logged, transaction });
    return logged;
  }

  /** A transaction's marker has come. Without records of it here it only takes an offset. */
  end(transaction: Transaction, outcome: 'committed' | 'aborted'): void {
    this.open.delete(transaction);
    if (outcome === 'aborted') this.aborted.add(transaction);
    this.entries.push({ record: undefined, transaction: undefined });
  }

  /** The next committed record at or after an offset. */
  next(offset: number): LoggedRecord | undefined {
    const end = this.lastStable;
    for (let at = Math.max(offset, this.low); at < end; at += 1) {
      const { record, transaction } = this.entries[at - this.low]!;
      if (record !== undefined && !(transaction !== undefined && this.aborted.has(transaction))) return record;
    }
    return undefined;
  }

  /** All records but those of transactions that are aborted: what is or may yet be committed. */
  possible(): LoggedRecord[] {
    return this.entries.flatMap(({ record, transaction }) =>
      record === undefined || transaction?.outcome === 'aborted' ? [] : [record],
    );
  }

  /** All committed records, in their order. */
  committed(): LoggedRecord[] {
    const records: LoggedRecord[] = [];
    for (let one = this.next(this.low); one !== undefined; one = this.next(one.offset + 1)) records.push(one);
    return records;
  }

  /** `cleanup.policy=compact`: below the last stable offset only the last committed record of each key stays. */
  compact(): void {
    const last = new Map(this.committed().map((record) => [String(record.key), record.offset]));
    for (let offset = this.low; offset < this.lastStable; offset += 1) {
      const record = this.entries[offset - this.low]?.record;
      const isKept = record !== undefined && last.get(String(record.key)) === offset;
      if (!isKept) this.entries[offset - this.low] = { record: undefined, transaction: undefined };
    }
  }
}
