import type { FrameBatch } from '../../src/frames.js';
import type { Rebalance } from '../../src/kafka/input.js';
import type { LoggedRecord, PartitionLog } from '../cluster/partition-log.js';
import type { SimulatedProcess } from '../host/process.js';
import type { History } from './history.js';
import type { Problems } from './problems.js';

export type ConductOptions = {
  readonly process: SimulatedProcess;
  readonly problems: Problems;
  readonly history: History;
  /** Partitions whose stores the process has open. */
  readonly opened: () => readonly number[];
  readonly nowMs: () => number;
  /** at_least_once: a batch that is older is never sent. */
  readonly longestDelayMs: number;
};

/** What a process must not do, whatever comes of it (PROTOCOL: at_least_once, rebalance), and how a client is to be used. */
export class Conduct {
  private hasLost = false;
  private readonly computedAtMs = new WeakMap<ArrayBuffer, number>();

  constructor(private readonly options: ConductOptions) {}

  require(condition: boolean, rule: string): void {
    if (!condition) this.broken(rule);
  }

  /** The process learned of a rebalance. */
  told(kind: Rebalance['kind']): void {
    if (kind !== 'revoke') this.hasLost = kind === 'lost';
  }

  /** A worker begins to compute what these frames will hold. */
  computed({ results }: { readonly results: FrameBatch }, dispatchedAtMs: number): void {
    this.computedAtMs.set(results.bytes, dispatchedAtMs);
  }

  /** A transaction with offsets of these partitions is about to be committed. */
  commits(partitions: ReadonlySet<number>): void {
    this.require(!this.hasLost || partitions.size === 0, 'nothing of a lost assignment is committed');
  }

  /** Offsets are sent outside of a transaction; they go by what the member is when they arrive. */
  sendsOffsets(): void {
    this.require(!this.hasLost, 'no offsets of a lost assignment are sent');
  }

  /** The first records of a batch are about to be sent; nothing will fence them. */
  producesWithoutTransaction(frames: FrameBatch): void {
    const { nowMs, longestDelayMs } = this.options;
    const ageMs = nowMs() - (this.computedAtMs.get(frames.bytes) ?? nowMs());
    this.require(!this.hasLost, 'nothing of a lost assignment is produced');
    this.require(ageMs <= longestDelayMs, `a batch of ${Math.round(ageMs)} ms is not sent any more`);
  }

  /** A record without a transaction is in the log. */
  appended(log: PartitionLog, record: LoggedRecord): void {
    this.options.history.appended(log, record);
  }

  /** The process gives its partitions back: others may open them from now on. */
  unassigns(partitions: readonly number[]): void {
    const opened = this.options.opened().filter((partition) => partitions.includes(partition));
    this.require(opened.length === 0, 'partitions are given back once their stores are closed');
  }

  private broken(rule: string): void {
    const { process, problems } = this.options;
    problems.add('conduct', `${process.name} broke the rule: ${rule}`);
  }
}
