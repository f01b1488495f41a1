import type { Config } from '../config/schema.js';
import type { LifeCycle } from '../life-cycle.js';
import type { Log } from '../log.js';
import type { Metrics } from '../metrics/metrics.js';

type Close = () => Promise<void> | void;

/** What has to be closed at the end, in the reverse order of its making. */
export class Closers {
  private readonly closers: Close[] = [];

  add(close: Close): void {
    this.closers.push(close);
  }

  async close(): Promise<void> {
    for (const close of this.closers.reverse()) await close();
  }
}

/** What every part of the process is made with. */
export type Foundation = {
  readonly config: Config;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly lifeCycle: LifeCycle;
  readonly closers: Closers;
};
