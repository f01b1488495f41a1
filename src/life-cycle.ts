import { assert } from './errors.js';

/**
 * What the process is at, as its operator sees it:
 *
 * - `starting`: locks the state, connects, verifies the topics, starts the workers;
 * - `waiting`: takes part in the group, which has given it no partition (yet, or because others have them all);
 * - `restoring`: some of its partitions are being restored; those that are ready go on meanwhile;
 * - `running`: all of its partitions are processed;
 * - `pausing`: it was asked to pause: no new record is taken, what is in flight is committed and persisted;
 * - `paused`: nothing is in flight; it stays a member of the group, and partitions that come stay paused;
 * - `draining`: it was asked to stop: the same as `pausing`, then everything is given back;
 * - `stopped`, `failed`: the end, in order or by a fatal error.
 */
export const lifeCycleStates = [
  'starting',
  'waiting',
  'restoring',
  'running',
  'pausing',
  'paused',
  'draining',
  'stopped',
  'failed',
] as const;
export type LifeCycleState = (typeof lifeCycleStates)[number];

/** The states that may follow each; drawn in docs/ARCHITECTURE.md. Anything else is a broken invariant. */
export const transitions: Readonly<Record<LifeCycleState, readonly LifeCycleState[]>> = {
  starting: ['waiting', 'draining', 'failed'],
  waiting: ['restoring', 'running', 'pausing', 'draining', 'failed'],
  restoring: ['waiting', 'running', 'pausing', 'draining', 'failed'],
  running: ['waiting', 'restoring', 'pausing', 'draining', 'failed'],
  pausing: ['paused', 'waiting', 'restoring', 'running', 'draining', 'failed'],
  // Resumed and asked for again before the pipeline came round.
  paused: ['waiting', 'restoring', 'running', 'pausing', 'draining', 'failed'],
  draining: ['stopped', 'failed'],
  stopped: [],
  failed: [],
};

/** What the pipeline knows of itself while it is neither starting nor ending. */
export type PipelineCondition = {
  readonly partitions: number;
  readonly isRestoring: boolean;
  readonly pause: 'none' | 'asked' | 'reached';
};

/** The state that a condition amounts to. */
export function stateOf({ partitions, isRestoring, pause }: PipelineCondition): LifeCycleState {
  if (pause === 'asked') return 'pausing';
  if (pause === 'reached') return 'paused';
  if (isRestoring) return 'restoring';
  return partitions === 0 ? 'waiting' : 'running';
}

/**
 * Who wants to know what the process is at: the notification of systemd, for instance. It is called at once, on the main
 * thread, and must neither throw nor take time.
 */
export interface LifeCycleObserver {
  /** After every transition. The first is out of `starting`. */
  entered?(state: LifeCycleState, previous: LifeCycleState): void;
  /** The configuration is about to be read again (SIGHUP). */
  reloading?(): void;
  /** It was taken up, or refused; the process goes on in the state that it is in. */
  reloaded?(): void;
}

/** Where the process is in its life. One for a process; the pipeline drives it, and observers hang on it. */
export class LifeCycle {
  private current: LifeCycleState = 'starting';
  private enteredAtMs = Date.now();
  private readonly observers = new Set<LifeCycleObserver>();

  get state(): LifeCycleState {
    return this.current;
  }

  /** When the state was entered, in milliseconds since the epoch. */
  get sinceMs(): number {
    return this.enteredAtMs;
  }

  /** Whether it has ended, or is about to. */
  get isEnding(): boolean {
    return this.current === 'draining' || this.current === 'stopped' || this.current === 'failed';
  }

  /** @returns what ends the subscription */
  subscribe(observer: LifeCycleObserver): () => void {
    this.observers.add(observer);
    return () => this.observers.delete(observer);
  }

  /**
   * To be in a state already is no transition, and behind `failed` nothing counts any more, for parts may go on for a
   * moment. @throws FatalError (70) where the table has no such transition
   */
  enter(next: LifeCycleState): void {
    const previous = this.current;
    if (next === previous || previous === 'failed') return;
    assert(transitions[previous].includes(next), `the life cycle goes from ${previous} to ${next}`);
    this.current = next;
    this.enteredAtMs = Date.now();
    for (const observer of this.observers) observer.entered?.(next, previous);
  }

  /** The end by an error. It may come at any moment, also again while the process ends. */
  fail(): void {
    if (this.current !== 'stopped') this.enter('failed');
  }

  /** Reads the configuration again within the observers' sight. */
  async reload(work: () => Promise<void>): Promise<void> {
    for (const observer of this.observers) observer.reloading?.();
    try {
      await work();
    } finally {
      for (const observer of this.observers) observer.reloaded?.();
    }
  }
}
