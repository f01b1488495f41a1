import { assert, type FatalError, needsPerson } from '../errors.js';
import { inputTopics } from '../frames.js';
import type { Input, InputPartition, Rebalance } from '../kafka/input.js';
import type { Log } from '../log.js';
import type { Metrics } from '../metrics.js';
import type { Restorer } from '../restore/restorer.js';
import { onEachSlot, type Slots } from '../slots/slots.js';
import { AbortLimit } from './abort-limit.js';
import { Assignment, pairPartitions } from './assignment.js';
import { dispatchBatch } from './batch.js';
import type { Commit } from './commit.js';
import { type Aborted, InFlight } from './in-flight.js';
import { Signal } from './signal.js';

/** How long a consume waits for a first record; a stop and a rebalance are noticed after it. */
const idleWaitMs = 100;

const bothTopics = (partition: number): InputPartition[] => inputTopics.map((topic) => ({ topic, partition }));

export type PipelineOptions = {
  readonly input: Input;
  readonly commit: Commit;
  readonly slots: Slots;
  readonly restorer: Restorer;
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
 * The pipeline, top down: consume, merge, dispatch; commit and persist go on behind it, batch by batch. Whatever
 * interrupts it (a rebalance, an abort, a stop) is carried out between two consumes, so none is outstanding then; a
 * consume that an interruption overtook belongs to an older epoch, and what it brought is discarded.
 */
export class Pipeline {
  private assignment: Assignment | undefined;
  private epoch = 0;
  private interrupted = false;
  /** Whether the latest batch was a large one: more is waiting. */
  private isBacklogged = false;
  private stopping = false;
  private aborted: Aborted | undefined;
  private fatal: FatalError | undefined;
  private readonly progress = new Signal();
  private readonly abortLimit = new AbortLimit();
  private readonly inFlight: InFlight;

  constructor(private readonly options: PipelineOptions) {
    this.inFlight = new InFlight({
      commit: options.commit,
      onCommitted: (batch, results, times) => options.metrics.addCommitted(batch, results, times),
      onAborted: (aborted) => {
        this.aborted = aborted;
        this.interrupt();
      },
      onFatal: (error) => this.fail(error),
      onProgress: () => this.progress.notify(),
    });
  }

  get assigned(): readonly number[] {
    return [...(this.assignment?.partitions.keys() ?? [])];
  }

  /** Runs until `stop`, then drains. @throws FatalError when the process can't go on */
  async run(): Promise<void> {
    while (!this.stopping) {
      this.assertAlive();
      const rebalance = this.options.input.nextRebalance();
      if (rebalance !== undefined) await this.rebalance(rebalance);
      else if (this.aborted !== undefined) await this.recover(this.aborted);
      else await this.step();
    }
    await this.drain();
  }

  /** Ends `run` once what is in flight is committed and persisted. */
  stop(): void {
    this.stopping = true;
    this.interrupt();
  }

  /** What is consumed from now on, until this is dealt with, is discarded. */
  interrupt(): void {
    this.epoch += 1;
    this.interrupted = true;
    this.progress.notify();
  }

  /** The assignment was lost: nothing of it is committed from now on, whatever step it is at. */
  lose(): void {
    if (this.assignment !== undefined) this.assignment.lost = true;
    this.inFlight.discardAll();
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

  private async step(): Promise<void> {
    const { input, batch } = this.options;
    this.interrupted = false;
    if (!this.hasRoom()) return this.progress.wait();
    const { epoch } = this;
    const hasSome = this.assignment !== undefined && this.assignment.touched.size > 0;
    const gatherMs = this.isBacklogged && this.inFlight.isBusy ? batch.maxWaitMs : 0;
    const consumed = await input.consume(batch.maxMessages, hasSome ? 0 : idleWaitMs, hasSome ? 0 : gatherMs);
    if (epoch !== this.epoch || this.assignment === undefined) return;
    this.assignment.add(consumed);
    this.holdBack(this.assignment);
    this.dispatch(this.assignment);
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

  private async rebalance({ kind, partitions }: Rebalance): Promise<void> {
    const { metrics } = this.options;
    metrics.rebalancesTotal += 1;
    this.interrupted = this.options.input.hasRebalance;
    if (kind === 'assign') await this.assign(partitions);
    else await this.revoke(kind === 'lost');
  }

  private async assign(partitions: Rebalance['partitions']): Promise<void> {
    const { input, restorer, log } = this.options;
    assert(this.assignment === undefined, 'an assignment begins when the one before it is over');
    this.assertPartitionCount(partitions);
    const { paired, unpaired } = pairPartitions(partitions);
    log.info('assigned', { partitions: paired });
    if (unpaired.length > 0)
      log.warn(
        'partitionUnpaired',
        { unpaired },
        'partitions whose other topic is not assigned with them are not read',
      );
    const group = await input.groupMetadata();
    const isCancelled = (): boolean => this.interrupted;
    const startedMs = performance.now();
    const ready = await this.whileConsuming(restorer.restore(paired, isCancelled));
    if (ready === undefined) {
      await this.closeStores(paired);
      return;
    }
    this.assignment = new Assignment(ready, group);
    input.assign(new Map(ready.map(({ partition, start }) => [partition, start])));
    // librdkafka remembers a pause across unassign and assign.
    input.resume(this.assigned.flatMap(bothTopics));
    log.info('ready', { partitions: paired.length, restoreMs: Math.round(performance.now() - startedMs) });
  }

  /** In order: what is in flight is committed and persisted first. A lost assignment has nothing to commit any more. */
  private async revoke(isLost: boolean): Promise<void> {
    const { input, commit, log } = this.options;
    log.info(isLost ? 'lost' : 'revoked', { partitions: this.assigned });
    input.pause(this.assigned.flatMap(bothTopics));
    if (isLost) this.lose();
    await this.whileConsuming(this.inFlight.settled());
    if (!isLost) await this.whileConsuming(input.commitsAnswered());
    this.assertAlive();
    // An abort inside a revoke does not seek: the next owner begins at the committed offsets.
    await commit.abort();
    this.aborted = undefined;
    await this.whileConsuming(this.closeStores(this.assigned));
    input.unassign();
  }

  /** After an abort everything since the last commit is forgotten, and read and computed again. */
  private async recover({ batch, error }: Aborted): Promise<void> {
    const { input, commit, slots, log, metrics } = this.options;
    metrics.commitAbortsTotal += 1;
    await this.whileConsuming(this.inFlight.settled());
    this.assertAlive();
    await commit.abort();
    const attempts = this.abortLimit.note(batch);
    log.warn('aborted', { attempts, messages: batch.messages }, error.message);
    const { assignment } = this;
    if (assignment !== undefined) {
      await this.whileConsuming(
        onEachSlot(slots, this.assigned, (slot, partitions) => slots.run(slot, { kind: 'reload', partitions })),
      );
      // Partitions that are being taken back meanwhile are given up instead; a lost one must not be sought any more.
      if (!input.hasRebalance) {
        await input.seek(assignment.rewind());
        input.resume(this.assigned.flatMap(bothTopics));
      }
    }
    this.aborted = undefined;
  }

  private async drain(): Promise<void> {
    const { input, commit, log } = this.options;
    log.info('draining', { inFlight: this.inFlight.count });
    await this.whileConsuming(this.inFlight.settled());
    await this.whileConsuming(input.commitsAnswered());
    this.assertAlive();
    await commit.abort();
    await this.closeStores(this.assigned);
    input.unassign();
  }

  private async closeStores(partitions: readonly number[]): Promise<void> {
    const { slots } = this.options;
    this.assignment = undefined;
    await onEachSlot(slots, partitions, (slot, owned) => slots.run(slot, { kind: 'close', partitions: owned }));
  }

  /**
   * Goes on consuming while something else is done, for max.poll.interval.ms and for the callbacks that only a
   * consume brings. What comes is discarded: nothing is assigned then, or it is read again.
   */
  private async whileConsuming<Result>(work: Promise<Result>): Promise<Result> {
    let done = false;
    const finish = (): void => {
      done = true;
    };
    work.then(finish, finish);
    await Promise.resolve();
    while (!done) await this.options.input.consume(1, idleWaitMs, 0);
    return work;
  }

  /** The changelog and the answers' places were laid out for the number of partitions that was there at the start. */
  private assertPartitionCount(partitions: Rebalance['partitions']): void {
    const { inputPartitions } = this.options;
    const beyond = partitions.find(({ partition }) => partition >= inputPartitions);
    if (beyond === undefined) return;
    throw needsPerson(
      `an input has partition ${beyond.partition}, but it had ${inputPartitions} partitions at the start: keys moved to other partitions, away from their sections. Partitions of the inputs and the changelog must not be added while sections are on sale`,
    );
  }

  private assertAlive(): void {
    if (this.fatal !== undefined) throw this.fatal;
  }
}
