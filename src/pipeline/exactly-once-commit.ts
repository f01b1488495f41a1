import type { Input } from '../kafka/input.js';
import type { Output } from '../kafka/output.js';
import type { Slots } from '../slots/slots.js';
import type { ProcessResult } from '../slots/tasks.js';
import type { Batch } from './batch.js';
import {
  acknowledge,
  assertHeld,
  assertMember,
  type Commit,
  type Committed,
  marksOf,
  persist,
  resultsOf,
  type SlotMarks,
} from './commit.js';
import { TransactionProgress } from './milestone.js';
import { PhaseClock, type PhaseTimes } from './phases.js';

export type ExactlyOnceOptions = {
  /** Transactional producers that take turns. */
  readonly outputs: readonly Output[];
  readonly slots: Slots;
  readonly clusterId: string;
  readonly input: Pick<Input, 'currentMetadata'>;
};

/** A producer and its transactions, one after the other. */
class Lane {
  /** A transaction is begun, and neither committed nor aborted. */
  open = false;
  latest = TransactionProgress.done();

  constructor(readonly output: Output) {}
}

/**
 * One transaction a batch: answers, status, images and input offsets together; then the store (PROTOCOL: commit). The
 * producers take turns, so that a transaction begins while the markers of the one before are still being written. They
 * overlap as far as nothing gets out of order: a batch's offsets are sent after those of the batch before it, its
 * records when the broker has all of that one's (compaction keeps the last image), and it is committed after it.
 */
export class ExactlyOnceCommit implements Commit {
  private lanes: Lane[];
  private turn = 0;
  private before = TransactionProgress.done();

  constructor(private readonly options: ExactlyOnceOptions) {
    this.lanes = options.outputs.map((output) => new Lane(output));
  }

  async commit(batch: Batch, onDelivered: () => void): Promise<Committed> {
    const { before } = this;
    const lane = this.lanes[this.turn % this.lanes.length] as Lane;
    this.turn += 1;
    const progress = new TransactionProgress();
    progress.delivered.reached.then(onDelivered, onDelivered);
    this.before = progress;
    const { latest } = lane;
    lane.latest = progress;
    try {
      // The producer's last transaction has to be over, however many batches wait for this one.
      await latest.committed.reached;
      return await this.transact(batch, lane, before, progress);
    } catch (error) {
      progress.fail(error);
      throw error;
    }
  }

  /** Fresh producers take the place of the others. Only while nothing is in flight. */
  replaceOutputs(outputs: readonly Output[]): void {
    this.lanes = outputs.map((output) => new Lane(output));
  }

  async abort(): Promise<void> {
    for (const lane of this.lanes) {
      if (lane.open) await lane.output.abort();
      lane.open = false;
      lane.latest = TransactionProgress.done();
    }
    this.before = TransactionProgress.done();
  }

  private async transact(
    batch: Batch,
    lane: Lane,
    before: TransactionProgress,
    progress: TransactionProgress,
  ): Promise<Committed> {
    const { output } = lane;
    const clock = new PhaseClock(batch.dispatchedAtMs);
    await before.offsetsSent.reached;
    clock.lap('turn');
    const marks = marksOf(batch, this.options.clusterId, ({ changelogPosition }) => changelogPosition);
    assertHeld(batch);
    await output.begin();
    lane.open = true;
    // The offsets go first: they are known before the answers are, and while the coordinator is still busy with this
    // producer's last transaction, librdkafka tries them again after retry.backoff.ms, but a first record after 20 ms.
    const { assignment } = batch;
    assignment.group = await this.options.input.currentMetadata(assignment.group);
    assertMember(assignment.group);
    await output.sendOffsets(batch.ends, assignment.group);
    progress.offsetsSent.reach();
    clock.lap('offsets');
    const results = await resultsOf(batch);
    clock.lap('compute');
    await before.delivered.reached;
    clock.lap('turn');
    assertHeld(batch);
    for (const result of results) await produce(output, result);
    clock.lap('produce');
    // Without its deliveries the batch behind waits for the commit: its images must not get into the log before these.
    if (await output.flush()) progress.delivered.reach();
    clock.lap('deliver');
    await before.committed.reached;
    clock.lap('turn');
    assertHeld(batch);
    await output.commit();
    lane.open = false;
    progress.delivered.reach();
    progress.committed.reach();
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
}

async function produce(output: Output, { results, statuses, images, deadLetters }: ProcessResult): Promise<void> {
  await output.produce('results', results);
  await output.produce('status', statuses);
  await output.produce('changelog', images);
  await output.produce('deadLetters', deadLetters);
}
