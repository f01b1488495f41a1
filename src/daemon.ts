import { setTimeout as sleep } from 'node:timers/promises';
import { Assembly } from './assembly/assembly.js';
import { startNotifying } from './assembly/notify.js';
import { Closers, type Foundation } from './assembly/parts.js';
import type { Config } from './config/schema.js';
import { LifeCycle } from './life-cycle.js';
import type { Log } from './log.js';
import { Metrics } from './metrics/metrics.js';
import { servePrometheus } from './metrics/prometheus-endpoint.js';
import { lockState } from './state-lock.js';

const idleTimeoutMs = 2_000;

export type DaemonOptions = {
  readonly config: Config;
  readonly log: Log;
  readonly resumeFrom: 'images' | undefined;
};

/** The process's life: it starts, runs until `stop`, and drains. What it is made of is in `assembly/`. */
export class Daemon {
  /** What the process is at. Observers subscribe to it before `run`: the notification of systemd is one. */
  readonly lifeCycle = new LifeCycle();
  private readonly metrics: Metrics;
  private readonly closers = new Closers();
  private readonly foundation: Foundation;
  private readonly assembly: Assembly;
  private stopping = false;

  constructor(private readonly options: DaemonOptions) {
    this.metrics = new Metrics(options.log);
    const { metrics, lifeCycle, closers } = this;
    this.foundation = { ...options, metrics, lifeCycle, closers };
    this.assembly = new Assembly({ ...this.foundation, resumeFrom: options.resumeFrom });
  }

  /** Runs until `stop`. @throws FatalError when the process can't go on */
  async run(): Promise<void> {
    try {
      await this.live();
    } catch (error) {
      this.lifeCycle.fail();
      throw error;
    }
  }

  private async live(): Promise<void> {
    const { config, log } = this.options;
    log.info('starting', { pid: process.pid, application: config.application, instance: config.instance });
    // LMDB makes its files for others to read; what lies in the state is the service's alone.
    process.umask(0o077);
    startNotifying(this.foundation, this.assembly);
    const lock = lockState(config.state.directory, config.application);
    this.closers.add(() => lock.release());
    const { host, port } = config.metrics.prometheus;
    if (port !== undefined) this.closers.add(await servePrometheus({ host, port }, this.metrics));
    const pipeline = await this.assembly.assemble(lock);
    if (!this.stopping) {
      const timer = setInterval(() => this.metrics.report(), config.metrics.intervalMs);
      this.closers.add(() => clearInterval(timer));
      await pipeline.run();
    }
    this.lifeCycle.enter('draining');
    this.metrics.report();
    await this.closers.close();
    this.lifeCycle.enter('stopped');
    log.info('stopped', {});
  }

  /** Asks for the end: what is in flight is committed and persisted, then `run` returns. */
  stop(): void {
    this.stopping = true;
    this.assembly.standby?.stop();
    this.assembly.pipeline?.stop();
  }

  /** Waits for what the workers are writing, for a while; the process can be ended afterwards. */
  async quiesce(): Promise<void> {
    this.lifeCycle.fail();
    const { standby, slots } = this.assembly;
    standby?.stop();
    await Promise.race([slots?.idle(), sleep(idleTimeoutMs, undefined, { ref: false })]);
  }
}
