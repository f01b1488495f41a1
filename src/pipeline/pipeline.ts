import { type FatalError, temporary } from '../errors.js';
import { type AbortableError, isOutdated } from '../kafka/failure.js';
import type { Input } from '../kafka/input.js';
import { type LifeCycle, stateOf } from '../life-cycle.js';
import type { Log } from '../log.js';
import type { Metrics } from '../metrics/metrics.js';
import type { Restorer } from '../restore/restorer.js';
import { onEachSlot, type Slots } from '../slots/slots.js';
import type { Standby } from '../standby/standby.js';
import { AbortLimit } from './abort-limit.js';
import type { Assignment } from './assignment.js';
import type { Commit } from './commit.js';
import { type BatchLimits, Dispatcher } from './dispatcher.js';
import { type Aborted, InFlight } from './in-flight.js';
import { Intake } from './intake.js';
import { Rebalancer } from './rebalancer.js';
import { type Republished, Republisher } from './republisher.js';
import { type Schemas, teach, UnknownSchemas } from './schemas.js';
import { Signal } from './signal.js';
import type { PipelineView } from './view.js';
import { whileConsuming } from './while-consuming.js';

/** How long a consume waits for a first record; a stop and a rebalance are noticed after it. */
const idleWaitMs = 25;
/** While partitions come or go: their next step is taken after it. */
const busyWaitMs = 5;

export type PipelineOptions = {
  readonly input: Input;
  readonly commit: Commit;
  readonly slots: Slots;
  readonly restorer: Restorer;
  /** Is given the partitions that are not open here. */
  readonly standby?: Standby | undefined;
  /** Undefined: values bear no schema's id. */
  readonly schemas?: Schemas | undefined;
  readonly metrics: Metrics;
  readonly log: Log;
  /** Is told where the pipeline is: from the beginning of `run` to its drain. */
  readonly lifeCycle: LifeCycle;
  readonly inputPartitions: number;
  readonly batch: BatchLimits;
};

/**
 * The pipeline, top down: consume, merge, dispatch; commit and persist go on behind it, batch by batch. What must not
 * overlap a consume (a step of a rebalance, an abort) is carried out between two of them. An abort raises the epoch, and
 * what a consume of an older epoch brought is discarded; so is what comes of partitions that are taken back.
 */
export class Pipeline {
  private epoch = 0;
  private stopping = false;
  /** What is in flight is given up: a batch can't be committed, or the assignment was lost. */
  private aborted: Aborted | 'lost' | undefined;
  private fatal: FatalError | undefined;
  private readonly progress = new Signal();
  private readonly abortLimit = new AbortLimit();
  private readonly inFlight: InFlight;
  private readonly rebalancer: Rebalancer;
  private readonly intake: Intake;
  private readonly republisher: Republisher;
  private readonly dispatcher: Dispatcher;

  constructor(private readonly options: PipelineOptions) {
    const { input, commit, slots, restorer, standby, metrics, log, inputPartitions } = options;
    const onFatal = (error: FatalError): void => this.fail(error);
    const onProgress = (): void => this.progress.notify();
    this.inFlight = new InFlight({
      ...{ commit, onFatal, onProgress },
      onCommitted: (batch, results, times) => {
        metrics.addCommitted(batch, results, times);
        this.republisher.noteCommitted(batch, results);
        this.dispatcher.recycle(results);
      },
      onAborted: (aborted) => this.giveUp(aborted),
    });
    const { inFlight } = this;
    this.intake = new Intake({ input, inFlight, onProgress });
    this.republisher = new Republisher(slots);
    const { intake, republisher } = this;
    this.dispatcher = new Dispatcher({ input, slots, inFlight, intake, republisher }, options.batch);
    this.rebalancer = new Rebalancer({
      ...{ input, inFlight, slots, restorer, standby, metrics, log, inputPartitions, onFatal },
      onBegun: (partitions) => this.intake.begin(partitions),
      onLost: () => this.lose(),
      onWaiting: onProgress,
    });
  }

  /** The partitions that are processed. */
  get assigned(): readonly number[] {
    return [...this.view.partitions.keys()];
  }

  /** What it is at, for whoever watches it. */
  get view(): PipelineView {
    return {
      partitions: this.assignment?.partitions ?? new Map(),
      restoring: this.rebalancer.restoringPartitions,
      batchesInFlight: this.inFlight.count,
      pause: this.intake.pauseState,
    };
  }

  /** From the next batch on. */
  configure(batch: BatchLimits): void {
    this.dispatcher.limits = batch;
    this.interrupt();
  }

  /**
   * Takes no new records from now on, also of partitions that come; resolves once all that was in flight is committed
   * and persisted. The instance stays in its group. @throws FatalError (75) when it is resumed, or stops, before that
   */
  async pause(): Promise<void> {
    this.assertGoesOn();
    await this.intake.pause();
  }

  resume(): void {
    this.assertGoesOn();
    this.intake.resume();
  }

  /** Sends every section's count as a status, also while paused; resolves once all are committed and persisted. */
  async republish(): Promise<Republished> {
    this.assertGoesOn();
    const republished = this.republisher.begin(this.assignment);
    this.interrupt();
    return republished;
  }

  /** Runs until `stop`, then drains. @throws FatalError when the process can't go on */
  async run(): Promise<void> {
    try {
      this.options.lifeCycle.enter('waiting');
      while (!this.stopping) await this.turn();
      await this.drain();
    } finally {
      const ended = this.fatal ?? stopping();
      this.intake.end(ended);
      this.republisher.end(ended);
    }
  }

  private async drain(): Promise<void> {
    this.options.lifeCycle.enter('draining');
    this.options.log.info('draining', { inFlight: this.inFlight.count });
    this.rebalancer.drain();
    while (!this.rebalancer.isDrained) await this.turn();
    this.assertAlive();
  }

  /** Ends `run` once what is in flight is committed and persisted. */
  stop(): void {
    this.stopping = true;
    this.interrupt();
  }

  /** Something came up that the loop should look at: a rebalance, a stop. */
  interrupt(): void {
    this.progress.notify();
  }

  /** The assignment was lost: nothing of it is committed from now on, whatever step it is at. */
  lose(): void {
    if (this.assignment !== undefined) this.assignment.lost = true;
    this.inFlight.discardAll();
    this.giveUp('lost');
  }

  fail(error: FatalError): void {
    this.fatal ??= error;
    this.interrupt();
  }

  /** Tells what the changelog's end was at some time; a lower bound is enough. */
  noteChangelogEnd(partition: number, offset: number): void {
    const assigned = this.assignment?.partitions.get(partition);
    if (assigned !== undefined) assigned.changelogPosition = Math.max(assigned.changelogPosition, offset);
  }

  private get assignment(): Assignment | undefined {
    return this.rebalancer.assignment;
  }

  private async turn(): Promise<void> {
    this.assertAlive();
    this.beginRebalances();
    if (this.aborted !== undefined) return this.recover(this.aborted);
    this.rebalancer.carryOn();
    if (!this.stopping) {
      this.intake.carryOut(this.assignment);
      this.tellState();
    }
    if (!this.rebalancer.isDrained) await this.step();
  }

  private tellState(): void {
    const { assignment, rebalancer, intake } = this;
    const partitions = assignment?.partitions.size ?? 0;
    const { isRestoring } = rebalancer;
    this.options.lifeCycle.enter(stateOf({ partitions, isRestoring, pause: intake.pauseState }));
  }

  private beginRebalances(): void {
    if (!this.stopping) this.rebalancer.begin();
  }

  private async step(): Promise<void> {
    const { rebalancer, dispatcher, intake } = this;
    if (!this.stopping) dispatcher.dispatchRepublication(this.assignment, this.epoch, !rebalancer.isBusy);
    const { hasRoom, gatherMs } = dispatcher;
    // In a pause the consuming goes on, for it keeps the membership.
    if (intake.isOpen && !hasRoom && !rebalancer.isBusy) return this.progress.wait();
    const { epoch } = this;
    const waiting = this.assignment?.waiting ?? 0;
    const hasSome = hasRoom && waiting > 0;
    const isBusy = rebalancer.isBusy || (!intake.isOpen && this.inFlight.count > 0);
    const waitMs = isBusy ? busyWaitMs : idleWaitMs;
    // What one batch takes: so nothing is left over, and the memory of a consume is free once it is dispatched.
    const limit = Math.max(1, dispatcher.limits.maxMessages - waiting);
    const consumed = await this.options.input.consume(limit, hasSome ? 0 : waitMs, hasSome ? 0 : gatherMs);
    this.beginRebalances();
    const { assignment } = this;
    if (epoch !== this.epoch || assignment === undefined) return;
    assignment.add(consumed);
    dispatcher.dispatch(assignment, epoch, consumed);
  }

  /** What is in flight, and what is being consumed, is not to be committed any more. */
  private giveUp(aborted: Aborted | 'lost'): void {
    this.aborted = aborted;
    this.epoch += 1;
    this.interrupt();
  }

  /** After an abort everything since the last commit is forgotten; partitions that stay are read and computed again. */
  private async recover(aborted: Aborted | 'lost'): Promise<void> {
    await this.whileConsuming(this.inFlight.settled());
    this.assertAlive();
    await this.options.commit.abort();
    this.republisher.discard();
    if (aborted !== 'lost' && this.kept.length > 0) await this.goBack(aborted);
    if (this.aborted === aborted) this.aborted = undefined;
  }

  private async goBack({ batch, error }: Aborted): Promise<void> {
    const { input, slots, log, metrics } = this.options;
    metrics.commitAbortsTotal += 1;
    if (error instanceof UnknownSchemas) this.learn(error.ids);
    else {
      const attempts = this.abortLimit.note(batch, this.kept);
      log.warn('aborted', { attempts, messages: batch.messages }, error.message);
    }
    await this.whileConsuming(this.awaitGeneration(batch.assignment, error));
    await this.whileConsuming(
      onEachSlot(slots, this.kept, (slot, partitions) => slots.run(slot, { kind: 'reload', partitions })),
    );
    // Partitions that were taken back meanwhile are given up instead; a lost one must not be sought any more.
    this.beginRebalances();
    const { kept, assignment } = this;
    if (assignment === undefined || kept.length === 0) return;
    await input.seek(assignment.rewind());
    this.intake.begin(kept);
  }

  /** The same epoch would be refused again, and again. */
  private async awaitGeneration({ group }: Assignment, error: AbortableError): Promise<void> {
    if (isOutdated(error)) await this.options.input.generationAfter(group);
  }

  /** Beside the loop, which goes on and takes nothing in: a registry that is away may be waited for for long. */
  private learn(ids: readonly number[]): void {
    this.intake.closedDuring(teach(this.options.schemas, ids)).catch((error: FatalError) => this.fail(error));
  }

  private get kept(): readonly number[] {
    return this.assignment?.kept ?? [];
  }

  private whileConsuming<Result>(work: Promise<Result>): Promise<Result> {
    return whileConsuming(this.options.input, work, busyWaitMs);
  }

  /** @throws FatalError (75) when it stops */
  private assertGoesOn(): void {
    this.assertAlive();
    if (this.stopping) throw stopping();
  }

  private assertAlive(): void {
    if (this.fatal !== undefined) throw this.fatal;
  }
}

const stopping = (): FatalError => temporary('the daemon is stopping');
