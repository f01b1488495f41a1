import { assert } from '../errors.js';
import { AbortableError } from '../kafka/failure.js';
import type { Input } from '../kafka/input.js';
import type { Output } from '../kafka/output.js';
import type { Slots } from '../slots/slots.js';
import type { PartitionMark, ProcessResult } from '../slots/tasks.js';
import type { Batch } from './batch.js';
import { PhaseClock, type PhaseTimes } from './phases.js';

/** A batch that Kafka has: what the workers still have to write, as a promise; it resolves with where the time went. */
export type Committed = { readonly results: readonly ProcessResult[]; readonly persisted: Promise<PhaseTimes> };

/** How a computed batch becomes final. Batches come one after the other, in the order they were dispatched in. */
export interface Commit {
  /** @throws AbortableError when the batch may be tried again, FatalError when this process can't go on */
  commit(batch: Batch): Promise<Committed>;
  /** After an AbortableError: nothing of the batch stays. */
  abort(): Promise<void>;
}

export type CommitOptions = { readonly output: Output; readonly slots: Slots; readonly clusterId: string };

/** What each slot is to write once the batch is committed. Made before the transaction begins. */
type SlotMarks = { readonly slot: number; readonly marks: readonly PartitionMark[] };

/**
 * The changelog positions are those known before the batch's transaction began: every image below them belongs to a
 * batch that is persisted before this one, or that never happens.
 */
const marksOf = (batch: Batch, clusterId: string): SlotMarks[] =>
  batch.slots.map(({ slot, partitions }) => ({
    slot,
    marks: partitions.map((partition) => {
      const positions = batch.ends.get(partition);
      assert(positions !== undefined, 'a batch knows where it ends');
      const { changelogPosition } = batch.assignment.get(partition);
      return { partition, positions, changelogPosition, clusterId };
    }),
  }));

const resultsOf = (batch: Batch): Promise<ProcessResult[]> => Promise.all(batch.slots.map(({ result }) => result));

/** Has the slots write the very images of the batch, with the offsets that they stand for. */
async function persist(slots: Slots, all: readonly SlotMarks[], results: readonly ProcessResult[]): Promise<void> {
  await Promise.all(
    all.map(({ slot, marks }, at) => {
      const result = results[at];
      assert(result !== undefined, 'each slot of a batch has its result');
      return slots.run(slot, { kind: 'persist', marks, images: result.images });
    }),
  );
}

/** What a lost assignment computed belongs to its new owners. */
function assertHeld({ assignment }: Batch): void {
  if (assignment.lost) throw new AbortableError('the assignment was lost');
}

function acknowledge(batch: Batch): void {
  for (const [partition, positions] of batch.ends) batch.assignment.get(partition).committed = positions;
}

/** One transaction a batch: answers, status, images and input offsets together; then the store (PROTOCOL: commit). */
export class ExactlyOnceCommit implements Commit {
  private open = false;

  constructor(private readonly options: CommitOptions) {}

  async commit(batch: Batch): Promise<Committed> {
    const { output, clusterId } = this.options;
    const clock = new PhaseClock(batch.dispatchedAtMs);
    clock.lap('turn');
    const marks = marksOf(batch, clusterId);
    assertHeld(batch);
    await output.begin();
    this.open = true;
    // The offsets go first: they are known before the answers are, and while the coordinator is still busy with the
    // transaction before, librdkafka tries them again after retry.backoff.ms, but a first record only after 20 ms.
    await output.sendOffsets(batch.ends, batch.assignment.group);
    clock.lap('offsets');
    const results = await resultsOf(batch);
    clock.lap('compute');
    assertHeld(batch);
    for (const { results: answers, statuses, images, deadLetters } of results) {
      await output.produce('results', answers);
      await output.produce('status', statuses);
      await output.produce('changelog', images);
      await output.produce('deadLetters', deadLetters);
    }
    clock.lap('produce');
    await output.flush();
    clock.lap('deliver');
    assertHeld(batch);
    await output.commit();
    this.open = false;
    clock.lap('end');
    acknowledge(batch);
    return { results, persisted: this.persist(marks, results, clock) };
  }

  private async persist(
    marks: readonly SlotMarks[],
    results: readonly ProcessResult[],
    clock: PhaseClock,
  ): Promise<PhaseTimes> {
    await persist(this.options.slots, marks, results);
    clock.lap('persist');
    return clock.times;
  }

  async abort(): Promise<void> {
    if (!this.open) return;
    await this.options.output.abort();
    this.open = false;
  }
}

/** Without a transaction the order ties things together: answers, then images, then the store, then the offsets. */
export class AtLeastOnceCommit implements Commit {
  constructor(private readonly options: CommitOptions & { readonly input: Input; readonly longestDelayMs: number }) {}

  async commit(batch: Batch): Promise<Committed> {
    const { output, slots, clusterId, input, longestDelayMs } = this.options;
    const clock = new PhaseClock(batch.dispatchedAtMs);
    clock.lap('turn');
    const results = await resultsOf(batch);
    clock.lap('compute');
    // Nothing fences an instance that was thought dead, so what it computed before that is not sent.
    const delayMs = performance.now() - batch.dispatchedAtMs;
    if (delayMs > longestDelayMs) throw new AbortableError(`the batch is ${Math.round(delayMs)} ms old`);
    const marks = marksOf(batch, clusterId);
    assertHeld(batch);
    for (const { results: answers, statuses, deadLetters } of results) {
      await output.produce('results', answers);
      await output.produce('status', statuses);
      await output.produce('deadLetters', deadLetters);
    }
    clock.lap('produce');
    await output.delivered();
    clock.lap('deliver');
    assertHeld(batch);
    for (const { images } of results) await output.produce('changelog', images);
    clock.lap('produce');
    await output.delivered();
    clock.lap('deliver');
    await persist(slots, marks, results);
    clock.lap('persist');
    acknowledge(batch);
    input.commit(batch.ends);
    return { results, persisted: Promise.resolve(clock.times) };
  }

  async abort(): Promise<void> {}
}
