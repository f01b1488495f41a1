import type { InputTopic } from '../frames.js';
import type { Positions } from '../pipeline/positions.js';
import type { Consumed } from './runs.js';

/** Partitions of the inputs that the group gives to this instance, or takes from it. */
export type Rebalance = { readonly kind: 'assign' | 'revoke' | 'lost'; readonly partitions: readonly InputPartition[] };

export type InputPartition = { readonly topic: InputTopic; readonly partition: number };

/** The group's generation at the time of an assignment (KIP-447); each transaction of that assignment carries it. */
export type GroupMetadata = { readonly bytes: Buffer | undefined };

/** Committed offsets of one partition; a topic that has none is missing. */
export type CommittedOffsets = { readonly init?: number; readonly requests?: number };

/** The two input topics, as the pipeline reads them. One consume may be outstanding at a time. */
export interface Input {
  /**
   * Waits up to `waitMs` for a first record, then takes what is there, up to `limit` records; while there are fewer it
   * goes on until `gatherMs` have passed. Rebalances are noticed only while a consume is outstanding.
   */
  consume(limit: number, waitMs: number, gatherMs: number): Promise<Consumed>;
  /** Rebalances that wait to be carried out, the oldest first. */
  nextRebalance(): Rebalance | undefined;
  readonly hasRebalance: boolean;
  groupMetadata(): Promise<GroupMetadata>;
  /** Stable committed offsets (KIP-447): an open transaction's are waited for. */
  committed(partitions: readonly number[], isCancelled: () => boolean): Promise<ReadonlyMap<number, CommittedOffsets>>;
  /** Takes up both topics of each partition. */
  assign(starts: ReadonlyMap<number, Positions>): void;
  unassign(): void;
  seek(positions: ReadonlyMap<number, Positions>): Promise<void>;
  pause(partitions: readonly InputPartition[]): void;
  resume(partitions: readonly InputPartition[]): void;
  /** at_least_once: commits the positions, after those given before. A failure is fatal and comes through a callback. */
  commit(positions: ReadonlyMap<number, Positions>): void;
  /** Resolves once every commit was answered; answers come only while consumes go on. */
  commitsAnswered(): Promise<void>;
  close(): Promise<void>;
}
