import type { Positions } from '../../src/pipeline/positions.js';
import type { Transaction } from './transaction.js';

type Appended = { readonly positions: Positions; readonly order: number };

/** The committed offsets of the group. Of two commits it keeps the one appended later, whichever takes effect later. */
export class GroupOffsets {
  private readonly byPartition = new Map<number, Appended>();
  private readonly pending = new Map<Transaction, Map<number, Appended>>();
  private appended = 0;

  constructor(private readonly onCommitted: (partition: number, positions: Positions) => void) {}

  get(partition: number): Positions | undefined {
    return this.byPartition.get(partition)?.positions;
  }

  /** Outside of a transaction: in effect at once. */
  commit(positions: ReadonlyMap<number, Positions>): void {
    this.appended += 1;
    for (const [partition, one] of positions) this.keep(partition, { positions: one, order: this.appended });
  }

  /** Within a transaction: unstable until its marker comes. */
  add(transaction: Transaction, positions: ReadonlyMap<number, Positions>): void {
    this.appended += 1;
    const added = this.pending.get(transaction) ?? new Map<number, Appended>();
    this.pending.set(transaction, added);
    for (const [partition, one] of positions) {
      added.set(partition, { positions: one, order: this.appended });
      transaction.offsets.set(partition, one);
    }
  }

  /** Whether no transaction may still change them. */
  isStable(partitions: readonly number[]): boolean {
    return ![...this.pending.values()].some((added) => partitions.some((partition) => added.has(partition)));
  }

  /** The transaction's marker has come to the topic of the offsets. */
  end(transaction: Transaction): void {
    const added = this.pending.get(transaction) ?? new Map<number, Appended>();
    this.pending.delete(transaction);
    if (transaction.outcome === 'aborted') return;
    for (const [partition, one] of added) this.keep(partition, one);
  }

  private keep(partition: number, one: Appended): void {
    if ((this.byPartition.get(partition)?.order ?? 0) > one.order) return;
    this.byPartition.set(partition, one);
    this.onCommitted(partition, one.positions);
  }
}
