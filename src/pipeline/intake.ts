import { type FatalError, temporary } from '../errors.js';
import type { Input } from '../kafka/input.js';
import type { PipelineCondition } from '../life-cycle.js';
import type { Assignment } from './assignment.js';
import type { InFlight } from './in-flight.js';
import { Milestone } from './milestone.js';
import { bothTopics } from './rebalancer.js';

export type IntakeOptions = {
  readonly input: Pick<Input, 'pause' | 'resume' | 'commitsAnswered'>;
  readonly inFlight: Pick<InFlight, 'count'>;
  /** Something changed that the loop should look at. */
  readonly onProgress: () => void;
};

/**
 * Whether new records are taken in: not in a pause, nor while schemas are waited for. Either holds all partitions in the
 * client, those that come during it too; the loop goes on consuming for the group's sake. A pause is reached once nothing
 * is in flight: all is committed and persisted.
 */
export class Intake {
  private isPauseAsked = false;
  /** How much is waited for besides. */
  private waits = 0;
  /** The client fetches nothing. */
  private isHeld = false;
  private isReached = false;
  /** Raised by each pause and each resume: what an earlier one waits for does not count. */
  private round = 0;
  private reached = Milestone.passed();

  constructor(private readonly options: IntakeOptions) {}

  get pauseState(): PipelineCondition['pause'] {
    if (!this.isPauseAsked) return 'none';
    return this.isReached ? 'reached' : 'asked';
  }

  /** Whether what was consumed is dispatched. */
  get isOpen(): boolean {
    return !this.isClosed && !this.isHeld;
  }

  /** Resolves once the pause is reached. @throws FatalError (75) when it is ended before that */
  pause(): Promise<void> {
    if (!this.isPauseAsked) {
      this.isPauseAsked = true;
      this.isReached = false;
      this.round += 1;
      this.reached = new Milestone();
      this.options.onProgress();
    }
    return this.reached.reached;
  }

  resume(): void {
    this.isPauseAsked = false;
    this.round += 1;
    this.reached.fail(temporary('the pause was ended before it was reached'));
    this.options.onProgress();
  }

  /** Takes nothing in until `work` is done. */
  async closedDuring(work: Promise<void>): Promise<void> {
    this.waits += 1;
    try {
      await work;
    } finally {
      this.waits -= 1;
      this.options.onProgress();
    }
  }

  /** The process ends: nobody is to wait for a pause any more. */
  end(error: FatalError): void {
    this.reached.fail(error);
  }

  /** Called by the loop, between two consumes: holds or lets go of what is assigned, and notices that all is done. */
  carryOut(assignment: Assignment | undefined): void {
    if (this.isClosed && !this.isHeld) {
      this.isHeld = true;
      this.options.input.pause((assignment?.kept ?? []).flatMap(bothTopics));
      assignment?.forgetEnds();
    } else if (!this.isClosed && this.isHeld) {
      this.isHeld = false;
      this.options.input.resume(assignment?.fetchable ?? []);
      // An end that was on its way when the pause began may have come since; what came meanwhile is not known. The
      // client tells each end again once it fetches.
      assignment?.forgetEnds();
    }
    if (this.isPauseAsked && !this.isReached && this.options.inFlight.count === 0) void this.settle(this.round);
  }

  private get isClosed(): boolean {
    return this.isPauseAsked || this.waits > 0;
  }

  /**
   * Partitions that are read from now on, or again after a seek. librdkafka remembers a pause across unassign and
   * assign, and across a seek.
   */
  begin(partitions: readonly number[]): void {
    const named = partitions.flatMap(bothTopics);
    if (this.isHeld) this.options.input.pause(named);
    else this.options.input.resume(named);
  }

  /** at_least_once: the group has to have the offsets too. */
  private async settle(round: number): Promise<void> {
    await this.options.input.commitsAnswered();
    if (round !== this.round || this.isReached) return;
    this.isReached = true;
    this.reached.reach();
    this.options.onProgress();
  }
}
