import type { Owner } from '../schedule.js';

/** A process of the daemon, seen from outside: running, paused, or gone. */
export class SimulatedProcess implements Owner {
  isGone = false;
  pausedUntilMs = 0;
  /** It was told that its partitions are lost, and has not been given others since. */
  hasLost = false;

  constructor(readonly name: string) {}
}
