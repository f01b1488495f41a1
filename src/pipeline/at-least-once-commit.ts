import { AbortableError } from '../kafka/failure.js';
import type { Input } from '../kafka/input.js';
import type { Output } from '../kafka/output.js';
import type { Slots } from '../slots/slots.js';
import type { Batch } from './batch.js';
import { acknowledge, assertHeld, type Commit, type Committed, marksOf, persist, resultsOf } from './commit.js';
import { Milestone } from './milestone.js';
import { PhaseClock } from './phases.js';

export type AtLeastOnceOptions = {
  readonly output: Output;
  readonly slots: Slots;
  readonly clusterId: string;
  readonly input: Input;
  /** A batch that is older is not sent any more. */
  readonly longestDelayMs: number;
};

/** Without a transaction the order ties things together: answers, then images, then the store, then the offsets. */
export class AtLeastOnceCommit implements Commit {
  private before = Milestone.passed();

  constructor(private options: AtLeastOnceOptions) {}

  async commit(batch: Batch, onDelivered: () => void): Promise<Committed> {
    const { before } = this;
    const done = new Milestone();
    done.reached.then(onDelivered, onDelivered);
    this.before = done;
    try {
      const committed = await this.send(batch, before);
      done.reach();
      return committed;
    } catch (error) {
      done.fail(error);
      throw error;
    }
  }

  /** A fresh producer takes the place of the other. Only while nothing is in flight. */
  replaceOutputs([output]: readonly [Output, ...Output[]]): void {
    this.options = { ...this.options, output };
  }

  async abort(): Promise<void> {
    this.before = Milestone.passed();
  }

  private async send(batch: Batch, before: Milestone): Promise<Committed> {
    const { output, slots, clusterId, input, longestDelayMs } = this.options;
    const clock = new PhaseClock(batch.dispatchedAtMs);
    await before.reached;
    clock.lap('turn');
    const results = await resultsOf(batch);
    clock.lap('compute');
    // Nothing fences an instance that was thought dead, so what it computed before that is not sent.
    const delayMs = performance.now() - batch.dispatchedAtMs;
    if (delayMs > longestDelayMs) throw new AbortableError(`the batch is ${Math.round(delayMs)} ms old`);
    // Nothing fences an instance that was thought dead, so images of its successor may lie below where the changelog
    // ended since: a store that skipped them would sell their seats again. None lie below where it ended at the restore.
    const marks = marksOf(batch, clusterId, ({ ready }) => ready.changelogPosition);
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
}
