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
  /** A batch is no longer in flight. */
  readonly onProgress: () => void;
};

/** The batches in flight: commits them one after the other, in the order they came, while later ones are computed. */
export class InFlight {
  private readonly batches = new Set<Batch>();
  private readonly persisting = new Map<Batch, Promise<void>>();
  private tail: Promise<void> = Promise.resolve();
  /** Set from a failure on until what is in flight has been discarded. */
  private failed = false;

  constructor(private readonly options: InFlightOptions) {}

  get count(): number {
    return this.batches.size;
  }

  add(batch: Batch): void {
    this.batches.add(batch);
    this.tail = this.tail.then(() => this.complete(batch));
  }

  /** From now on, no batch is committed that is not under way already. */
  discardAll(): void {
    this.failed = true;
  }

  /** Waits until no batch is in flight: each is persisted or discarded. Batches may be added again afterwards. */
  async settled(): Promise<void> {
    await this.tail;
    while (this.batches.size > 0) await Promise.all([...this.persisting.values()]);
    this.failed = false;
  }

  private async complete(batch: Batch): Promise<void> {
    if (this.failed) {
      await Promise.allSettled(batch.slots.map(({ result }) => result));
      this.end(batch);
      return;
    }
    try {
      const committed = await this.options.commit.commit(batch);
      const persisted = committed.persisted.then(
        (times) => {
          this.options.onCommitted(batch, committed.results, times);
          this.end(batch);
        },
        (error: unknown) => this.fail(batch, error),
      );
      this.persisting.set(batch, persisted);
    } catch (error) {
      this.fail(batch, error);
    }
  }

  private fail(batch: Batch, error: unknown): void {
    this.failed = true;
    if (error instanceof AbortableError) this.options.onAborted({ batch, error });
    else if (error instanceof FatalError) this.options.onFatal(error);
    else this.options.onFatal(internal(`a batch failed: ${messageOf(error)}`, error));
    this.end(batch);
  }

  private end(batch: Batch): void {
    this.batches.delete(batch);
    this.persisting.delete(batch);
    this.options.onProgress();
  }
}
