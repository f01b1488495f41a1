import type { LifeCycle, LifeCycleObserver, LifeCycleState } from '../life-cycle.js';
import type { Log } from '../log.js';
import { type Pulse, stalled } from './pulse.js';
import type { ServiceManager } from './service-manager.js';

/** Looks within the time that systemd waits for a ping: three may find nothing before it ends the service. */
const looksPerWatchdog = 4;
/** Without a watchdog: for the status, and while it starts. */
const plainLookMs = 10_000;
/** An instance that has been in the group for so long without a partition is as ready as it gets: others have them all. */
const waitedEnoughMs = 15_000;

export type NotifierOptions = {
  readonly manager: ServiceManager;
  readonly lifeCycle: LifeCycle;
  readonly log: Log;
  /** How long systemd waits for a ping. */
  readonly watchdogMs: number | undefined;
  /** Undefined until there are workers and a loop. */
  readonly pulse: () => Pulse | undefined;
  /** Gives each worker a task to answer. */
  readonly ping: () => void;
  /** One line about what is being done, for `systemctl status`. */
  readonly summary: () => string;
};

/**
 * Tells systemd how the service is (sd_notify(3)): READY once it works on its partitions, or has none to work on; STATUS;
 * RELOADING; STOPPING; and WATCHDOG as long as the pipeline really moves, not merely a timer.
 */
export class Notifier implements LifeCycleObserver {
  private readonly lookMs: number;
  private readonly timer: NodeJS.Timeout;
  private isReady = false;
  private lastStatus = '';
  private lastPulse: Pulse | undefined;

  constructor(private readonly options: NotifierOptions) {
    const { watchdogMs, lifeCycle } = options;
    this.lookMs = watchdogMs === undefined ? plainLookMs : watchdogMs / looksPerWatchdog;
    this.timer = setInterval(() => this.look(), this.lookMs);
    this.timer.unref();
    lifeCycle.subscribe(this);
    this.tellStatus(lifeCycle.state);
  }

  entered(state: LifeCycleState): void {
    if (state === 'running' || state === 'paused') this.tellReady();
    if (state === 'draining' || state === 'failed') this.options.manager.send({ STOPPING: 1 });
    this.tellStatus(state);
  }

  reloading(): void {
    // READY would follow it, which must not come too early.
    if (this.isReady) this.options.manager.send({ RELOADING: 1, MONOTONIC_USEC: monotonicUsec() });
  }

  reloaded(): void {
    if (this.isReady) this.options.manager.send({ READY: 1 });
  }

  end(): void {
    clearInterval(this.timer);
  }

  private look(): void {
    const { lifeCycle, manager, ping, pulse } = this.options;
    if (lifeCycle.isEnding) return;
    if (lifeCycle.state === 'waiting' && Date.now() - lifeCycle.sinceMs >= waitedEnoughMs) this.tellReady();
    this.tellStatus(lifeCycle.state);
    const now = pulse();
    const before = this.lastPulse;
    this.lastPulse = now;
    if (now === undefined) return;
    ping();
    const stuck = before === undefined ? [] : stalled(before, now);
    if (stuck.length > 0) this.warn(stuck);
    else if (this.isReady) manager.send({ WATCHDOG: 1 });
    else manager.send({ EXTEND_TIMEOUT_USEC: Math.round(this.lookMs * looksPerWatchdog * 1_000) });
  }

  private warn(stuck: readonly string[]): void {
    const { log, watchdogMs } = this.options;
    const consequence =
      watchdogMs === undefined ? '' : '; systemd is not pinged, and ends the service after WatchdogSec without a ping';
    log.warn('stalled', { forMs: Math.round(this.lookMs) }, `${stuck.join(', ')}${consequence}`);
  }

  private tellReady(): void {
    if (this.isReady) return;
    this.isReady = true;
    this.options.manager.send({ READY: 1 });
  }

  private tellStatus(state: LifeCycleState): void {
    const status = state === 'running' || state === 'restoring' ? `${state}: ${this.options.summary()}` : state;
    if (status === this.lastStatus) return;
    this.lastStatus = status;
    this.options.manager.send({ STATUS: status });
  }
}

/** CLOCK_MONOTONIC in microseconds, which is what Node's high-resolution clock reads on Linux. */
const monotonicUsec = (): string => String(process.hrtime.bigint() / 1_000n);
