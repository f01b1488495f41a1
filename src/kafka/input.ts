import type { InputTopic } from '../frames.js';
import type { Positions } from '../pipeline/positions.js';
import type { Consumed } from './runs.js';

/**
 * Partitions of the inputs that the group gives to this instance, or takes from it: all of them under the classic
 * protocol, those that move under KIP-848's. A lost assignment is always all.
 */
export type Rebalance = { readonly kind: 'assign' | 'revoke' | 'lost'; readonly partitions: readonly InputPartition[] };

export type InputPartition = { readonly topic: InputTopic; readonly partition: number };

/** What a transaction carries of the group (KIP-447). */
export type GroupMetadata = {
  /** librdkafka's form of it; undefined without the addon, and then the present one is sent. */
  readonly bytes: Buffer | undefined;
  readonly memberId: string;
  /** The generation; under KIP-848 the member's epoch. */
  readonly generation: number;
};

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
  /** As it is at the time of an assignment. */
  groupMetadata(): Promise<GroupMetadata>;
  /**
   * What a transaction of partitions assigned under `captured` carries: just that; under KIP-848 this member's epoch of
   * now. There every change of the group raises the epochs of all its members, also of those that nothing is taken from
   * or given to, and the coordinator takes no older one.
   */
  currentMetadata(captured: GroupMetadata): Promise<GroupMetadata>;
  /** The group refused `refused`: resolves when there is a newer epoch, or a rebalance; after a time without either. */
  generationAfter(refused: GroupMetadata): Promise<void>;
  /** Stable committed offsets (KIP-447): an open transaction's are waited for. */
  committed(partitions: readonly number[], isCancelled: () => boolean): Promise<ReadonlyMap<number, CommittedOffsets>>;
  /** Takes up both topics of each partition, beside those that are assigned. */
  assign(starts: ReadonlyMap<number, Positions>): void;
  /** Gives partitions back, which answers the rebalance that takes them: also when none of them was assigned yet. */
  unassign(partitions: readonly number[]): void;
  seek(positions: ReadonlyMap<number, Positions>): Promise<void>;
  pause(partitions: readonly InputPartition[]): void;
  resume(partitions: readonly InputPartition[]): void;
  /** at_least_once: commits the positions, after those given before. A failure is fatal and comes through a callback. */
  commit(positions: ReadonlyMap<number, Positions>): void;
  /** Resolves once every commit was answered; answers come only while consumes go on. */
  commitsAnswered(): Promise<void>;
  close(): Promise<void>;
}
