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

/**
 * Has `performance.now` and `setTimeout`, the clocks that the code under test uses, follow the schedule while `work`
 * goes on.
 */
export async function onSimulatedClock<Result>(schedule: Schedule, work: () => Promise<Result>): Promise<Result> {
  const { setTimeout: realSetTimeout, clearTimeout: realClearTimeout } = globalThis;
  const timers = new Map<unknown, () => void>();
  const setTimer = (run: () => void, delayMs = 0): unknown => {
    const timer = Symbol('timer');
    timers.set(timer, run);
    schedule.after(delayMs, () => {
      timers.get(timer)?.();
      timers.delete(timer);
    });
    return timer;
  };
  Object.defineProperty(performance, 'now', { value: () => schedule.nowMs, configurable: true });
  globalThis.setTimeout = setTimer as typeof setTimeout;
  globalThis.clearTimeout = (timer) => void timers.delete(timer);
  try {
    return await work();
  } finally {
    Reflect.deleteProperty(performance, 'now');
    globalThis.setTimeout = realSetTimeout;
    globalThis.clearTimeout = realClearTimeout;
  }
}
