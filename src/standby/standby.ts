/**
 * Follows the changelog of partitions that this instance does not own, so that taking one over restores only a tail. It is
 * told of every partition that is opened and closed here; a store is in one pair of hands at a time.
 */
export interface Standby {
  /** Lets go of partitions that are about to be opened: from here on no task touches their stores. */
  release(partitions: readonly number[]): void;
  /** Takes up partitions whose stores are closed. */
  follow(partitions: readonly number[]): void;
}

/** How far the standby is, for the metrics. */
export type StandbyProgress = {
  /** Partitions that are followed at the moment. */
  readonly partitions: number;
  /** Offsets between what they have followed and the changelog's ends, in all. */
  readonly lagRecords: number;
  /** Images read since the progress before. */
  readonly records: number;
};
