import { assert } from '../errors.js';
import { AbortableError, notAMember } from '../kafka/failure.js';
import type { GroupMetadata } from '../kafka/input.js';
import type { Slots } from '../slots/slots.js';
import type { PartitionMark, ProcessResult } from '../slots/tasks.js';
import type { AssignedPartition } from './assignment.js';
import type { Batch } from './batch.js';
import type { PhaseTimes } from './phases.js';
import { UnknownSchemas } from './schemas.js';

/** A batch that Kafka has: what the workers still have to write, as a promise; it resolves with where the time went. */
export type Committed = { readonly results: readonly ProcessResult[]; readonly persisted: Promise<PhaseTimes> };

/**
 * How computed batches become final: each after the one before it, in the order they are given, though the next may be
 * given at once. After a failure those that were given fail as well, until `abort`.
 */
export interface Commit {
  /**
   * @param onDelivered called once the broker has all records of the batch, so that the next one is not held up by it
   * @throws AbortableError when the batch may be tried again, FatalError when this process can't go on
   */
  commit(batch: Batch, onDelivered: () => void): Promise<Committed>;
  /** After an AbortableError, once no commit is under way: nothing of the batches stays. */
  abort(): Promise<void>;
}

/** What each slot is to write once the batch is committed. Made before the transaction begins. */
export type SlotMarks = { readonly slot: number; readonly marks: readonly PartitionMark[] };

/**
 * @param changelogPositionOf a position that was known before the batch's transaction began, so that every image below
 * it belongs to a batch that is persisted before this one, or that never happens
 */
export const marksOf = (
  batch: Batch,
  clusterId: string,
  changelogPositionOf: (partition: AssignedPartition) => number,
): SlotMarks[] =>
  batch.slots.map(({ slot, partitions }) => ({
    slot,
    marks: partitions.map((partition) => {
      const positions = batch.ends.get(partition);
      assert(positions !== undefined, 'a batch knows where it ends');
      const changelogPosition = changelogPositionOf(batch.assignment.get(partition));
      return { partition, positions, changelogPosition, clusterId };
    }),
  }));

/** @throws UnknownSchemas when a slot could not compute its share yet */
export async function resultsOf(batch: Batch): Promise<ProcessResult[]> {
  const results = await Promise.all(batch.slots.map(({ result }) => result));
  const unknown = new Set(results.flatMap(({ unknownSchemaIds }) => unknownSchemaIds));
  if (unknown.size > 0) throw new UnknownSchemas([...unknown]);
  return results;
}

/** Has the slots write the very images of the batch, with the offsets that they stand for. */
export async function persist(
  slots: Slots,
  all: readonly SlotMarks[],
  results: readonly ProcessResult[],
): Promise<void> {
  await Promise.all(
    all.map(({ slot, marks }, at) => {
      const result = results[at];
      assert(result !== undefined, 'each slot of a batch has its result');
      return slots.run(slot, { kind: 'persist', marks, images: result.images });
    }),
  );
}

/** What a lost assignment computed belongs to its new owners. */
export function assertHeld({ assignment }: Batch): void {
  if (assignment.lost) throw new AbortableError('the assignment was lost');
}

/**
 * A client that the group gave up has no id until it joins again. A transaction's offsets would be taken from it
 * unchecked, as from a consumer that is in no group, although the partitions are another instance's.
 */
export function assertMember({ bytes, memberId }: GroupMetadata): void {
  if (bytes !== undefined && memberId === '') throw notAMember();
}

export function acknowledge(batch: Batch): void {
  for (const [partition, positions] of batch.ends) batch.assignment.get(partition).committed = positions;
}
