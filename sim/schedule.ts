import { AsyncLocalStorage } from 'node:async_hooks';
import { turn } from '../test/support/fakes/steps.js';
import { EventQueue, type Timed } from './event-queue.js';

/** Whose event it is: while it is paused, nothing of it happens; once it is gone, nothing ever does. */
export interface Owner {
  readonly isGone: boolean;
  readonly pausedUntilMs: number;
}

type Event = Timed & { readonly run: () => void; readonly owner: Owner | undefined };

/**
 * All that will happen, on a clock of its own. One event happens at a time, and what it sets off in the code under test
 * comes to rest before the next: that code waits for nothing but promises, which are all settled by the next turn of
 * the event loop. So the order of everything is the order of the events, which the seed decides.
 */
export class Schedule {
  nowMs = 0;
  happened = 0;
  private readonly events = new EventQueue<Event>();
  private sequence = 0;

  /** Without an owner it is the cluster's or the network's, and happens whatever becomes of a process. */
  after(delayMs: number, run: () => void, owner?: Owner): void {
    this.add(this.nowMs + delayMs, run, owner);
  }

  /** Lets the next event happen; false when there is none. */
  async next(): Promise<boolean> {
    const event = this.events.pop();
    if (event === undefined) return false;
    const { owner } = event;
    if (owner?.isGone) return true;
    this.nowMs = Math.max(this.nowMs, event.atMs);
    if (owner !== undefined && owner.pausedUntilMs > this.nowMs) {
      this.add(owner.pausedUntilMs, event.run, owner);
      return true;
    }
    this.happened += 1;
    event.run();
    await turn();
    return true;
  }

  private add(atMs: number, run: () => void, owner: Owner | undefined): void {
    this.sequence += 1;
    this.events.push({ atMs, sequence: this.sequence, run, owner });
  }
}

/** Says whose code runs: the simulated daemons' and what they set off, or something else's in this process. */
const simulation = new AsyncLocalStorage<Schedule>();

/**
 * Has `performance.now` and `setTimeout`, the clocks that the code under test uses, follow the schedule while `work`
 * goes on. For `work` alone: a timer that other code in this process has left behind goes by the real clocks, and adds no event.
 */
export async function onSimulatedClock<Result>(schedule: Schedule, work: () => Promise<Result>): Promise<Result> {
  const { setTimeout: realSetTimeout, clearTimeout: realClearTimeout } = globalThis;
  const realNow = performance.now.bind(performance);
  const timers = new Map<unknown, () => void>();
  const isWithin = (): boolean => simulation.getStore() === schedule;
  const setTimer = (run: () => void, delayMs = 0): unknown => {
    const timer = Symbol('timer');
    timers.set(timer, run);
    schedule.after(delayMs, () => {
      timers.get(timer)?.();
      timers.delete(timer);
    });
    return timer;
  };
  Object.defineProperty(performance, 'now', {
    value: () => (isWithin() ? schedule.nowMs : realNow()),
    configurable: true,
  });
  globalThis.setTimeout = ((run: () => void, delayMs?: number, ...more: []) =>
    isWithin() ? setTimer(run, delayMs) : realSetTimeout(run, delayMs, ...more)) as typeof setTimeout;
  globalThis.clearTimeout = (timer) => {
    if (!timers.delete(timer)) realClearTimeout(timer);
  };
  try {
    return await simulation.run(schedule, work);
  } finally {
    Reflect.deleteProperty(performance, 'now');
    globalThis.setTimeout = realSetTimeout;
    globalThis.clearTimeout = realClearTimeout;
  }
}
