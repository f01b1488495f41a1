import { setTimeout as sleep } from 'node:timers/promises';
import { type Assembled, Assembly } from './assembly/assembly.js';
import { openControl } from './assembly/control.js';
import { startNotifying } from './assembly/notify.js';
import { Closers, type Foundation } from './assembly/parts.js';
import type { Config } from './config/schema.js';
import type { ControlServer } from './control/server.js';
import { FatalError } from './errors.js';
import { LifeCycle } from './life-cycle.js';
import type { AdjustableLog } from './log.js';
import { Metrics } from './metrics/metrics.js';
import { servePrometheus } from './metrics/prometheus-endpoint.js';
import { batchLimit } from './pipeline/batch-limit.js';
import { reloadOf } from './reload.js';
import { onAllSlots } from './slots/slots.js';
import { lockState } from './state-lock.js';

const idleTimeoutMs = 2_000;

export type DaemonOptions = {
  readonly config: Config;
  /** The file that it was read from, for whoever asks. */
  readonly configurationFile: string | undefined;
  readonly log: AdjustableLog;
  readonly resumeFrom: 'images' | undefined;
};

/** The process's life: it starts, runs until `stop`, and drains. What it is made of is in `assembly/`. */
export class Daemon {
  /** What the process is at. Observers subscribe to it before `run`: the notification of systemd is one. */
  readonly lifeCycle = new LifeCycle();
  private readonly metrics: Metrics;
  private readonly closers = new Closers();
  private readonly foundation: Foundation & { readonly log: AdjustableLog };
  private readonly assembly: Assembly;
  private readonly startedAtMs = Date.now();
  private assembled: Assembled | undefined;
  private control: ControlServer | undefined;
  private metricsTimer: NodeJS.Timeout | undefined;
  /** The configuration in force; `version` counts from 1, one more with each reload. */
  private inForce: { readonly config: Config; readonly version: number; readonly loadedAtMs: number };
  private lastReload: Promise<void> = Promise.resolve();
  private stopping = false;

  constructor(private readonly options: DaemonOptions) {
    const { config, log, resumeFrom } = options;
    this.metrics = new Metrics(log);
    const { metrics, lifeCycle, closers } = this;
    this.foundation = { config, log, metrics, lifeCycle, closers };
    this.assembly = new Assembly({ ...this.foundation, resumeFrom });
    this.inForce = { config, version: 1, loadedAtMs: Date.now() };
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

  /** Asks for the end: what is in flight is committed and persisted, then `run` returns. */
  stop(): void {
    this.stopping = true;
    this.assembly.standby?.stop();
    this.assembly.pipeline?.stop();
  }

  /**
   * Takes up a configuration that is read again, after those that came before it: what may change while it runs does,
   * what needs a restart is named. One with mistakes is refused, and the old one stays.
   */
  reload(read: () => Promise<Config>): Promise<void> {
    const reloaded = this.lastReload.then(() => this.lifeCycle.reload(() => this.takeUp(read)));
    this.lastReload = reloaded.catch(() => undefined);
    return reloaded;
  }

  /** Waits for what the workers are writing, for a while; the process can be ended afterwards. */
  async quiesce(): Promise<void> {
    this.lifeCycle.fail();
    const { standby, slots } = this.assembly;
    standby?.stop();
    this.control?.remove();
    await Promise.race([slots?.idle(), sleep(idleTimeoutMs, undefined, { ref: false })]);
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
    const assembled = await this.assembly.assemble(lock);
    this.assembled = assembled;
    if (!this.stopping) await this.work(assembled);
    this.lifeCycle.enter('draining');
    this.metrics.report();
    await this.closers.close();
    this.lifeCycle.enter('stopped');
    log.info('stopped', {});
  }

  private async work(assembled: Assembled): Promise<void> {
    const { startedAtMs } = this;
    const configuration = () => this.configurationState();
    this.control = await openControl({ ...this.foundation, startedAtMs, configuration }, assembled);
    this.reportEvery(this.inForce.config.metrics.intervalMs);
    this.closers.add(() => clearInterval(this.metricsTimer));
    if (!this.stopping) await assembled.pipeline.run();
  }

  private reportEvery(intervalMs: number): void {
    clearInterval(this.metricsTimer);
    this.metricsTimer = setInterval(() => this.metrics.report(), intervalMs);
  }

  private configurationState() {
    const { version, loadedAtMs } = this.inForce;
    const { configurationFile, log } = this.options;
    return { version, file: configurationFile ?? null, loadedAtMs, logLevel: log.level };
  }

  private async takeUp(read: () => Promise<Config>): Promise<void> {
    const { log } = this.options;
    const { assembled } = this;
    if (assembled === undefined || this.lifeCycle.isEnding) {
      log.warn('reloadRefused', {}, 'a configuration is taken up only while the daemon runs');
      return;
    }
    let found: Config;
    try {
      found = await read();
    } catch (error) {
      if (!(error instanceof FatalError)) throw error;
      log.error('reloadRefused', { mistakes: error.message.split('\n') }, 'the configuration in force stays');
      return;
    }
    const { config, changed, needsRestart } = reloadOf(this.inForce.config, found);
    await onAllSlots(assembled.slots, { kind: 'configure', settings: { emit: config.status.emit } });
    assembled.pipeline.configure({ ...config.batch, maxMessages: batchLimit(config) });
    if (changed['metrics.intervalMs'] !== undefined) this.reportEvery(config.metrics.intervalMs);
    if (changed['log.level'] !== undefined) log.level = config.log.level;
    this.inForce = { config, version: this.inForce.version + 1, loadedAtMs: Date.now() };
    log.info('reloaded', { version: this.inForce.version, changed, needsRestart });
  }
}
