import { FramePool } from '../frame-pool.js';
import type { Input } from '../kafka/input.js';
import type { Consumed } from '../kafka/runs.js';
import type { Slots } from '../slots/slots.js';
import type { ProcessResult } from '../slots/tasks.js';
import type { Assignment } from './assignment.js';
import { dispatchBatch } from './batch.js';
import type { InFlight } from './in-flight.js';
import type { Intake } from './intake.js';
import type { Republisher } from './republisher.js';

/** The part of the configuration that says how records are grouped; it may change while the pipeline runs. */
export type BatchLimits = {
  readonly maxMessages: number;
  readonly maxWaitMs: number;
  readonly inFlight: number;
  readonly maxHeldBackMessages: number;
};

export type DispatcherOptions = {
  readonly input: Pick<Input, 'pause' | 'resume'>;
  readonly slots: Slots;
  readonly inFlight: InFlight;
  readonly intake: Intake;
  readonly republisher: Republisher;
};

/** Consumes whose memory is used again; a backlog that is never all dispatched leaves that of earlier ones to the garbage collector. */
const mostLent = 3;

/** Decides when a batch goes out, and of how much. */
export class Dispatcher {
  /** Whether the latest batch was a large one: more is waiting. */
  private isBacklogged = false;
  private readonly pool = new FramePool();
  private lent: (() => void)[] = [];

  constructor(
    private readonly options: DispatcherOptions,
    public limits: BatchLimits,
  ) {}

  /**
   * A transaction costs about the same whatever is in it. So while one is on its way to the broker, the next batch is
   * made only if there is a backlog; otherwise it is made when it can follow at once, of all that has come by then, and
   * a lone request goes out at once.
   */
  get hasRoom(): boolean {
    const { inFlight, intake } = this.options;
    if (!intake.isOpen || inFlight.count >= this.limits.inFlight) return false;
    return this.isBacklogged || !inFlight.isBusy;
  }

  /** How long a consume waits for further records. */
  get gatherMs(): number {
    return this.isBacklogged && this.options.inFlight.isBusy ? this.limits.maxWaitMs : 0;
  }

  /** After a consume: dispatches what the merges let pass, as one batch. In a pause all of it stays where it is. */
  dispatch(assignment: Assignment, epoch: number, { release }: Consumed): void {
    if (release !== undefined) this.lent.push(release);
    if (this.lent.length > mostLent) this.lent.shift();
    this.dispatchPassing(assignment, epoch);
    if (assignment.touched.size > 0) return;
    // Each merge was asked, and has copied what it holds back.
    for (const one of this.lent) one();
    this.lent = [];
  }

  private dispatchPassing(assignment: Assignment, epoch: number): void {
    const { slots, inFlight, intake } = this.options;
    if (!intake.isOpen) return;
    this.holdBack(assignment);
    if (!this.hasRoom) return;
    const { maxMessages } = this.limits;
    const dispatched = dispatchBatch(assignment, slots, maxMessages, epoch, this.pool);
    if (dispatched === undefined) return;
    inFlight.add(dispatched);
    this.isBacklogged = dispatched.messages >= maxMessages / 2;
  }

  /** Of a batch that is persisted: its memory is used for those to come. */
  recycle(all: readonly ProcessResult[]): void {
    for (const { results, statuses, spent } of all) this.pool.give(results.bytes, statuses.bytes, spent);
  }

  /** Before a consume, also in a pause: the next batch of a republication, if one is due. */
  dispatchRepublication(assignment: Assignment | undefined, epoch: number, isSettled: boolean): void {
    const { inFlight, republisher } = this.options;
    if (!republisher.isBusy || inFlight.count >= this.limits.inFlight) return;
    const batch = republisher.next(assignment, this.limits.maxMessages, epoch, isSettled);
    if (batch !== undefined) inFlight.add(batch);
  }

  /** A side that the merge holds back beyond its limit is paused; the consuming goes on, or the other never comes. */
  private holdBack(assignment: Assignment): void {
    const { input } = this.options;
    const { maxHeldBackMessages } = this.limits;
    input.pause(assignment.takeOverfull(maxHeldBackMessages));
    input.resume(assignment.takeRelieved(maxHeldBackMessages));
  }
}
