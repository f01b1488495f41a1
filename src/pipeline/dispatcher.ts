import type { Input } from '../kafka/input.js';
import type { Slots } from '../slots/slots.js';
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

/** Decides when a batch goes out, and of how much. */
export class Dispatcher {
  /** Whether the latest batch was a large one: more is waiting. */
  private isBacklogged = false;

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
  dispatch(assignment: Assignment, epoch: number): void {
    const { slots, inFlight, intake } = this.options;
    if (!intake.isOpen) return;
    this.holdBack(assignment);
    if (!this.hasRoom) return;
    const { maxMessages } = this.limits;
    const dispatched = dispatchBatch(assignment, slots, maxMessages, epoch);
    if (dispatched === undefined) return;
    inFlight.add(dispatched);
    this.isBacklogged = dispatched.messages >= maxMessages / 2;
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
