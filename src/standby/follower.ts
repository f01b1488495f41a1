import { messageOf } from '../errors.js';
import type { ChangelogTail } from '../kafka/changelog-tail.js';
import type { ConsumedEvent } from '../kafka/runs.js';
import type { Watermarks } from '../kafka/watermarks.js';
import type { Log } from '../log.js';
import { assertSameCluster } from '../restore/plan.js';
import { tellSetAside } from '../restore/restorer.js';
import { onEachSlot, type Slots } from '../slots/slots.js';
import type { StoreMark } from '../slots/tasks.js';
import { type Clock, processClock } from './clock.js';
import { type SlotImages, splitBySlot } from './parts.js';
import { type FollowedPartition, Roster } from './roster.js';
import type { Standby, StandbyProgress } from './standby.js';

/** Images that are read and applied at once; it bounds how long an owner's batch waits behind them in a slot. */
const mostImages = 1_000;
/** Between two rounds that found little to do. */
const idleRestMs = 250;
/** A rest is this many times as long as the round kept a slot, so that owners have three quarters of its time at least. */
const restShare = 3;
const retryMs = 10_000;

export type FollowerOptions = {
  readonly topic: string;
  /** Of the changelog; all of them are followed until some are owned. */
  readonly partitions: number;
  readonly clusterId: string;
  readonly tail: ChangelogTail;
  readonly watermarks: Watermarks;
  readonly slots: Slots;
  readonly log: Log;
  readonly onProgress: (progress: StandbyProgress) => void;
  readonly clock?: Clock;
};

/**
 * The standby: round by round it opens one store or applies what the changelog brought, then rests. What fails is told,
 * and tried again later; it never ends the process, for owners' work goes on without it.
 */
export class Follower implements Standby {
  private readonly roster = new Roster();
  /** Whether the tail follows what is ready. */
  private isAssigned = true;
  private read = 0;
  /** How long this round kept the slot that it kept longest. */
  private tookMs = 0;
  private told = '';
  private readonly clock: Clock;
  private readonly stopping = new AbortController();

  constructor(private readonly options: FollowerOptions) {
    this.clock = options.clock ?? processClock;
    this.roster.add([...Array(options.partitions).keys()]);
  }

  start(): void {
    void this.run();
  }

  release(partitions: readonly number[]): void {
    if (this.roster.remove(partitions)) this.isAssigned = false;
  }

  follow(partitions: readonly number[]): void {
    this.roster.add(partitions);
  }

  /** The partitions that are followed at the moment. */
  get followed(): readonly number[] {
    return this.roster.allReady.map(({ number }) => number);
  }

  /** Tells what the changelog's end was; what is fetched no more would not notice by itself. */
  noteChangelogEnd(partition: number, offset: number): void {
    this.roster.get(partition)?.noteEnd(offset);
  }

  /** No task is given from here on. */
  stop(): void {
    this.stopping.abort();
  }

  /** Closes the stores. A call to Kafka that is under way is not waited for: nothing follows from it any more. */
  async close(): Promise<void> {
    this.stop();
    const { slots, tail } = this.options;
    await onEachSlot(slots, this.roster.numbers, (slot, partitions) =>
      slots.run(slot, { kind: 'standDown', partitions }),
    );
    await tail.close();
  }

  private async run(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      this.tookMs = 0;
      const isBusy = await this.round();
      this.report();
      const restMs = restShare * this.tookMs;
      await this.clock.rest(isBusy ? restMs : Math.max(restMs, idleRestMs), signal);
    }
  }

  /** Resolves with whether there is more to do at once. */
  private async round(): Promise<boolean> {
    try {
      const due = this.roster.due(this.clock.nowMs());
      if (due === undefined) return await this.advance();
      await this.takeUp(due);
      return true;
    } catch (error) {
      this.suspend(error);
      return false;
    }
  }

  /** Opens a partition's store, and finds out whether the changelog reaches to where it is. */
  private async takeUp(one: FollowedPartition): Promise<void> {
    const { watermarks, topic, slots, log, clusterId } = this.options;
    const { number: partition } = one;
    const range = await watermarks.range(topic, partition);
    if (!this.isCurrent(one)) return;
    let store: StoreMark | undefined = { positions: undefined, changelogPosition: one.position ?? 0, clusterId };
    if (one.position === undefined) {
      const opened = await slots.run(slots.slotOf(partition), { kind: 'standBy', partition });
      this.tookMs = opened.tookMs;
      tellSetAside(log, partition, opened.discarded);
      // Its owner has the store by now.
      if (!this.isCurrent(one)) return;
      if (opened.problem !== undefined) return this.fail(one, opened.problem);
      store = opened.mark;
    }
    try {
      assertSameCluster({ store, clusterId, partition, ranges: { changelog: range }, topics: { changelog: topic } });
    } catch (error) {
      return this.fail(one, messageOf(error));
    }
    one.noteEnd(range.high);
    one.ready(Math.max(store?.changelogPosition ?? 0, range.low));
    this.isAssigned = false;
  }

  /** Reads on, and has the stores follow. */
  private async advance(): Promise<boolean> {
    const { tail } = this.options;
    if (!this.isAssigned) await this.assign();
    if (this.followed.length === 0) return false;
    const { count, events } = await tail.take(mostImages);
    if (this.stopping.signal.aborted) return false;
    this.read += count;
    await this.apply(events);
    return count >= mostImages / 2;
  }

  private async assign(): Promise<void> {
    const { tail, log } = this.options;
    // A partition that is released meanwhile takes this back.
    this.isAssigned = true;
    const ready = this.roster.allReady;
    await tail.follow(new Map(ready.map(({ number, position }) => [number, position ?? 0])));
    const partitions = ready.map(({ number }) => number).sort((a, b) => a - b);
    if (this.told !== partitions.join()) log.info('standingBy', { partitions });
    this.told = partitions.join();
  }

  private async apply(events: readonly ConsumedEvent[]): Promise<void> {
    const isFollowed = (partition: number): boolean => this.roster.ready(partition) !== undefined;
    // Between these two lines nothing is waited for: what is released afterwards is opened behind these tasks.
    const bySlot = splitBySlot(events, this.options.slots, isFollowed);
    await Promise.all(bySlot.map((images) => this.applyIn(images)));
    for (const event of events) {
      if ('end' in event) this.roster.ready(event.end.partition)?.moveTo(event.end.offset);
    }
  }

  private async applyIn({ slot, parts, frames }: SlotImages): Promise<void> {
    const { slots, clusterId } = this.options;
    const before = new Map(parts.map(({ partition }) => [partition, this.roster.ready(partition)]));
    const { problems, tookMs } = await slots.run(slot, { kind: 'follow', parts, frames, clusterId });
    this.tookMs = Math.max(this.tookMs, tookMs);
    for (const { partition, problem } of problems) {
      const one = before.get(partition);
      if (one !== undefined && this.isCurrent(one)) await this.fail(one, problem);
    }
    for (const { partition, changelogPosition } of parts) this.roster.ready(partition)?.moveTo(changelogPosition);
  }

  private async fail(one: FollowedPartition, reason: string): Promise<void> {
    const { slots, log } = this.options;
    const { number: partition } = one;
    one.position = undefined;
    one.suspend(this.clock.nowMs() + retryMs);
    this.isAssigned = false;
    log.warn('standbyFailed', { partition }, `partition ${partition} is not followed for ${retryMs} ms: ${reason}`);
    await slots.run(slots.slotOf(partition), { kind: 'standDown', partitions: [partition] });
  }

  /** Kafka can't be read: the stores stay open. Before they go on, it is asked again what the changelog has. */
  private suspend(error: unknown): void {
    if (this.stopping.signal.aborted) return;
    this.roster.suspend(this.clock.nowMs() + retryMs);
    this.isAssigned = false;
    this.options.log.warn('standbyFailed', {}, `nothing is followed for ${retryMs} ms: ${messageOf(error)}`);
  }

  private isCurrent(one: FollowedPartition): boolean {
    return !this.stopping.signal.aborted && this.roster.has(one);
  }

  private report(): void {
    const { tail, onProgress } = this.options;
    const ready = this.roster.allReady;
    for (const one of ready) one.noteEnd(tail.end(one.number) ?? 0);
    const lagRecords = ready.reduce((sum, one) => sum + one.lagRecords, 0);
    onProgress({ partitions: ready.length, lagRecords, records: this.read });
    this.read = 0;
  }
}
