import { assert, type FatalError } from '../errors.js';
import type { Slots } from '../slots/slots.js';
import type { ProcessResult } from '../slots/tasks.js';
import type { AssignedPartition, Assignment } from './assignment.js';
import type { Batch, SlotBatch } from './batch.js';
import type { Positions } from './positions.js';

/** What a republication sent. Sections that came meanwhile, or were sent again after an abort, are counted as well. */
export type Republished = {
  readonly partitions: number;
  readonly sections: number;
  /** Sections whose status would not fit limits.messageBytes; nothing was sent of them. */
  readonly omitted: number;
  /** Partitions that were given back before all of theirs was sent: their next owner has them. */
  readonly revoked: number;
};

type Run = {
  /** The slots' sections remember it. */
  readonly number: number;
  readonly resolve: (republished: Republished) => void;
  readonly reject: (error: FatalError) => void;
  /** What the run has begun with, or found since. */
  readonly seen: Set<AssignedPartition>;
  readonly done: Set<AssignedPartition>;
  sections: number;
  omitted: number;
};

/** The batch under way, and the partitions of it that it does not finish; known once it is computed. */
type UnderWay = { readonly batch: Batch; readonly unfinished: Set<number>; omitted: number };

/**
 * Sends every section's count as a status, in batches that move no input: they are committed in their turn, as any
 * other, and carry the positions that their partitions are at. One is under way at a time. The slots remember what they
 * have sent in this run; after an abort they forget, and partitions that were not finished are sent from the beginning.
 */
export class Republisher {
  private run: Run | undefined;
  private runs = 0;
  private underWay: UnderWay | undefined;

  constructor(private readonly slots: Slots) {}

  get isBusy(): boolean {
    return this.run !== undefined;
  }

  /** Begins a run, of which there is one at a time; resolves once all of it is committed and persisted. */
  begin(assignment: Assignment | undefined): Promise<Republished> {
    assert(this.run === undefined, 'one republication runs at a time');
    this.runs += 1;
    const number = this.runs;
    const seen = new Set(assignment?.partitions.values());
    return new Promise((resolve, reject) => {
      this.run = { number, resolve, reject, seen, done: new Set(), sections: 0, omitted: 0 };
    });
  }

  /** The next batch, if one is due; ends the run when all is done. `isSettled`: no partition comes or goes. */
  next(assignment: Assignment | undefined, limit: number, epoch: number, isSettled: boolean): Batch | undefined {
    const { run } = this;
    if (run === undefined || this.underWay !== undefined) return undefined;
    const assigned = [...(assignment?.partitions.values() ?? [])].filter(({ isRevoked }) => !isRevoked);
    for (const partition of assigned) run.seen.add(partition);
    const left = assigned.filter((partition) => !run.done.has(partition));
    if (assignment === undefined || left.length === 0) {
      if (isSettled) this.finish(run);
      return undefined;
    }
    return this.make(run, assignment, left, limit, epoch);
  }

  noteCommitted(batch: Batch, results: readonly ProcessResult[]): void {
    const { run, underWay } = this;
    if (run === undefined || underWay?.batch !== batch) return;
    this.underWay = undefined;
    run.omitted += underWay.omitted;
    for (const { counts } of results) run.sections += counts.statuses;
    for (const number of batch.ends.keys())
      if (!underWay.unfinished.has(number)) run.done.add(batch.assignment.get(number));
  }

  /** What was in flight is given up. */
  discard(): void {
    this.underWay = undefined;
  }

  /** The process ends. */
  end(error: FatalError): void {
    this.run?.reject(error);
    this.run = undefined;
  }

  private make(
    run: Run,
    assignment: Assignment,
    left: readonly AssignedPartition[],
    limit: number,
    epoch: number,
  ): Batch {
    const bySlot = new Map<number, number[]>();
    const ends = new Map<number, Positions>();
    for (const { number, positions } of left) {
      const slot = this.slots.slotOf(number);
      bySlot.set(slot, [...(bySlot.get(slot) ?? []), number]);
      ends.set(number, positions);
    }
    const limitOfSlot = Math.max(1, Math.floor(limit / bySlot.size));
    const unfinished = new Set<number>();
    const slots = [...bySlot].map(([slot, partitions]): SlotBatch => {
      const task = { kind: 'republish', run: run.number, partitions, limit: limitOfSlot } as const;
      const result = this.slots.run(slot, task).then((answer) => {
        for (const number of answer.unfinished) unfinished.add(number);
        underWay.omitted += answer.omitted;
        return answer;
      });
      // Its failure is handled when the batch's turn to commit comes.
      result.catch(() => undefined);
      return { slot, partitions, result };
    });
    const batch: Batch = { epoch, assignment, messages: 0, ends, slots, dispatchedAtMs: performance.now() };
    const underWay: UnderWay = { batch, unfinished, omitted: 0 };
    this.underWay = underWay;
    return batch;
  }

  private finish({ resolve, seen, done, sections, omitted }: Run): void {
    this.run = undefined;
    const finished = new Set([...done].map(({ number }) => number));
    // One that was given back may have come again.
    const revoked = new Set([...seen].map(({ number }) => number).filter((number) => !finished.has(number)));
    resolve({ partitions: finished.size, sections, omitted, revoked: revoked.size });
  }
}
