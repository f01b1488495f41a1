import { setTimeout as sleep } from 'node:timers/promises';

export type Clock = {
  nowMs(): number;
  /** Ends early when it is told to. */
  rest(durationMs: number, signal: AbortSignal): Promise<void>;
};

export const processClock: Clock = {
  nowMs: () => performance.now(),
  // That a signal ended it is no error.
  rest: (durationMs, signal) => sleep(durationMs, undefined, { signal }).catch(() => undefined),
};
