import { FatalError, internal, messageOf } from '../errors.js';
import { AbortableError } from '../kafka/failure.js';
import type { ProcessResult } from '../slots/tasks.js';
import type { Batch } from './batch.js';
import type { Commit } from './commit.js';
import type { PhaseTimes } from './phases.js';

/** A batch that could not be committed, and may be tried again. */
export type Aborted = { readonly batch: Batch; readonly error: AbortableError };

export type InFlightOptions = {
  readonly commit: Commit;
  readonly onCommitted: (batch: Batch, results: readonly ProcessResult[], times: PhaseTimes) => void;
  readonly onAborted: (aborted: Aborted) => void;
  readonly onFatal: (error: FatalError) => void;
  /** A batch is delivered, or no longer in flight. */
  readonly onProgress: () => void;
};

/** The batches in flight: handed to the commit in the order they come, while later ones are computed. */
export class InFlight {
  private readonly batches = new Map<Batch, Promise<void>>();
  private readonly undelivered = new Set<Batch>();
  /** Set from a failure on until what is in flight has been discarded. */
  private failed = false;

  constructor(private readonly options: InFlightOptions) {}

  get count(): number {
    return this.batches.size;
  }

  /** Whether a batch is being computed or produced; one added now would wait for it. */
  get isBusy(): boolean {
    return this.undelivered.size > 0;
  }

  add(batch: Batch): void {
    this.undelivered.add(batch);
    this.batches.set(batch, this.failed ? this.discard(batch) : this.complete(batch));
  }

  /** From now on, no batch is given to the commit; those that have been learn it there. */
  discardAll(): void {
    this.failed = true;
  }

  /** Waits until no batch is in flight: each is persisted or discarded. Batches may be added again afterwards. */
  async settled(): Promise<void> {
    while (this.batches.size > 0) await Promise.all([...this.batches.values()]);
    this.failed = false;
  }

  /** Waits until no batch that is in flight now has records of these partitions; to add one meanwhile is not right. */
  async settledOf(partitions: readonly number[]): Promise<void> {
    const theirs = [...this.batches].filter(([{ ends }]) => partitions.some((partition) => ends.has(partition)));
    await Promise.all(theirs.map(([, settled]) => settled));
  }

  private async discard(batch: Batch): Promise<void> {
    await Promise.allSettled(batch.slots.map(({ result }) => result));
    this.end(batch);
  }

  private async complete(batch: Batch): Promise<void> {
    try {
      const { results, persisted } = await this.options.commit.commit(batch, () => this.noteDelivered(batch));
      const times = await persisted;
      this.options.onCommitted(batch, results, times);
    } catch (error) {
      this.note(batch, error);
      await Promise.allSettled(batch.slots.map(({ result }) => result));
    }
    this.end(batch);
  }

  /** Those behind a batch that failed fail because of it; it alone is told. */
  private note(batch: Batch, error: unknown): void {
    if (error instanceof AbortableError) {
      if (!this.failed) this.options.onAborted({ batch, error });
    } else if (error instanceof FatalError) this.options.onFatal(error);
    else this.options.onFatal(internal(`a batch failed: ${messageOf(error)}`, error));
    this.failed = true;
  }

  private noteDelivered(batch: Batch): void {
    this.undelivered.delete(batch);
    this.options.onProgress();
  }

  private end(batch: Batch): void {
    this.undelivered.delete(batch);
    this.batches.delete(batch);
    this.options.onProgress();
  }
}
