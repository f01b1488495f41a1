import type { ReadPosition } from './load-progress.js';

/** A committed record of a topic, in its partition's order. */
export type CommittedRecord = {
  readonly partition: number;
  readonly offset: number;
  /** Milliseconds since the epoch. */
  readonly timestampMs: number;
  /** Empty where the record has none. */
  readonly key: Buffer;
  /** Null is a tombstone. */
  readonly value: Buffer | null;
};

/** Reads a status topic, all partitions from the beginning, for as long as it is the same topic. */
export interface StatusSource {
  readonly partitionCount: number;
  /** Why this source is of no use any more: the topic was made anew, or has other partitions. */
  readonly outdated: string | undefined;
  /** Whether the topic is not there at the moment; it may come back as another. */
  readonly isMissing: boolean;
  /** Takes the records that are there, up to about `limit`, without waiting. @throws Error when it can't go on */
  next(limit: number): Promise<readonly CommittedRecord[]>;
  /** Where every partition is, behind the records that `next` gave. */
  positions(): readonly ReadPosition[];
  close(): Promise<void>;
}
