import type { FatalError } from '../errors.js';
import { type AbortableError, isOutdated } from '../kafka/failure.js';
import type { Input } from '../kafka/input.js';
import type { Log } from '../log.js';
import type { Metrics } from '../metrics.js';
import type { Restorer } from '../restore/restorer.js';
import { onEachSlot, type Slots } from '../slots/slots.js';
import type { Standby } from '../standby/standby.js';
import { AbortLimit } from './abort-limit.js';
import type { Assignment } from './assignment.js';
import { dispatchBatch } from './batch.js';
import type { Commit } from './commit.js';
import { type Aborted, InFlight } from './in-flight.js';
import { bothTopics, Rebalancer } from './rebalancer.js';
import { Signal } from './signal.js';

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
  readonly metrics: Metrics;
  readonly log: Log;
  readonly inputPartitions: number;
  readonly batch: {
    readonly maxMessages: number;
    readonly maxWaitMs: number;
    readonly inFlight: number;
    readonly maxHeldBackMessages: number;
  };
};

/**
 * The pipeline, top down: consume, merge, dispatch; commit and persist go on behind it, batch by batch. What must not
 * overlap a consume (a step of a rebalance, an abort) is carried out between two of them. An abort raises the epoch, and
 * what a consume of an older epoch brought is discarded; so is what comes of partitions that are taken back.
 */
export class Pipeline {
  private epoch = 0;
  /** Whether the latest batch was a large one: more is waiting. */
  private isBacklogged = false;
  private stopping = false;
  /** What is in flight is given up: a batch can't be committed, or the assignment was lost. */
  private aborted: Aborted | 'lost' | undefined;
  private fatal: FatalError | undefined;
  private readonly progress = new Signal();
  private readonly abortLimit = new AbortLimit();
  private readonly inFlight: InFlight;
  private readonly rebalancer: Rebalancer;

  constructor(private readonly options: PipelineOptions) {
    const { input, commit, slots, restorer, standby, metrics, log, inputPartitions } = options;
    const onFatal = (error: FatalError): void => this.fail(error);
    const onProgress = (): void => this.progress.notify();
    this.inFlight = new InFlight({
      ...{ commit, onFatal, onProgress },
      onCommitted: (batch, results, times) => metrics.addCommitted(batch, results, times),
      onAborted: (aborted) => this.giveUp(aborted),
    });
    const { inFlight } = this;
    this.rebalancer = new Rebalancer({
      ...{ input, inFlight, slots, restorer, standby, metrics, log, inputPartitions, onFatal },
      onLost: () => this.lose(),
      onWaiting: onProgress,
    });
  }

  /** The partitions that are processed. */
  get assigned(): readonly number[] {
    return [...(this.assignment?.partitions.keys() ?? [])];
  }

  /** Runs until `stop`, then drains. @throws FatalError when the process can't go on */
  async run(): Promise<void> {
    while (!this.stopping) await this.turn();
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
    if (!this.rebalancer.isDrained) await this.step();
  }

  private beginRebalances(): void {
    if (!this.stopping) this.rebalancer.begin();
  }

  private async step(): Promise<void> {
    const { input, batch } = this.options;
    const { isBusy: isRebalancing } = this.rebalancer;
    const hasRoom = this.hasRoom();
    if (!hasRoom && !isRebalancing) return this.progress.wait();
    const { epoch } = this;
    const hasSome = hasRoom && this.assignment !== undefined && this.assignment.touched.size > 0;
    const waitMs = isRebalancing ? busyWaitMs : idleWaitMs;
    const gatherMs = this.isBacklogged && this.inFlight.isBusy ? batch.maxWaitMs : 0;
    const consumed = await input.consume(batch.maxMessages, hasSome ? 0 : waitMs, hasSome ? 0 : gatherMs);
    this.beginRebalances();
    const { assignment } = this;
    if (epoch !== this.epoch || assignment === undefined) return;
    assignment.add(consumed);
    this.holdBack(assignment);
    if (this.hasRoom()) this.dispatch(assignment);
  }

  /**
   * A transaction costs about the same whatever is in it. So while one is on its way to the broker, the next batch is
   * made only if there is a backlog; otherwise it is made when it can follow at once, of all that has come by then, and
   * a lone request goes out at once.
   */
  private hasRoom(): boolean {
    if (this.inFlight.count >= this.options.batch.inFlight) return false;
    return this.isBacklogged || !this.inFlight.isBusy;
  }

  /** Dispatches what the merges let pass, as one batch. */
  private dispatch(assignment: Assignment): void {
    const { slots, batch } = this.options;
    const dispatched = dispatchBatch(assignment, slots, batch.maxMessages, this.epoch);
    if (dispatched === undefined) return;
    this.inFlight.add(dispatched);
    this.isBacklogged = dispatched.messages >= batch.maxMessages / 2;
  }

  /** A side that the merge holds back beyond its limit is paused; the consuming goes on, or the other never comes. */
  private holdBack(assignment: Assignment): void {
    const { input, batch } = this.options;
    input.pause(assignment.takeOverfull(batch.maxHeldBackMessages));
    input.resume(assignment.takeRelieved(batch.maxHeldBackMessages));
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
    if (aborted !== 'lost' && this.kept.length > 0) await this.goBack(aborted);
    if (this.aborted === aborted) this.aborted = undefined;
  }

  private async goBack({ batch, error }: Aborted): Promise<void> {
    const { input, slots, log, metrics } = this.options;
    metrics.commitAbortsTotal += 1;
    const attempts = this.abortLimit.note(batch, this.kept);
    log.warn('aborted', { attempts, messages: batch.messages }, error.message);
    await this.whileConsuming(this.awaitGeneration(batch.assignment, error));
    await this.whileConsuming(
      onEachSlot(slots, this.kept, (slot, partitions) => slots.run(slot, { kind: 'reload', partitions })),
    );
    // Partitions that were taken back meanwhile are given up instead; a lost one must not be sought any more.
    this.beginRebalances();
    const { kept, assignment } = this;
    if (assignment === undefined || kept.length === 0) return;
    await input.seek(assignment.rewind());
    input.resume(kept.flatMap(bothTopics));
  }

  /** The same epoch would be refused again, and again. */
  private async awaitGeneration({ group }: Assignment, error: AbortableError): Promise<void> {
    if (isOutdated(error)) await this.options.input.generationAfter(group);
  }

  private get kept(): readonly number[] {
    return this.assignment?.kept ?? [];
  }

  /**
   * Goes on consuming while something else is done, for max.poll.interval.ms and for the callbacks that only a
   * consume brings. What comes is discarded: it is read again.
   */
  private async whileConsuming<Result>(work: Promise<Result>): Promise<Result> {
    let done = false;
    const finish = (): void => {
      done = true;
    };
    work.then(finish, finish);
    await Promise.resolve();
    while (!done) await this.options.input.consume(1, busyWaitMs, 0);
    return work;
  }

  private assertAlive(): void {
    if (this.fatal !== undefined) throw this.fatal;
  }
}
