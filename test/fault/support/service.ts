import assert from 'node:assert/strict';
import type { Configuration } from '../../support/configuration.js';
import { type Daemon, startDaemon } from '../../support/daemon.js';
import { sized } from './form.js';
import type { FaultLoad } from './load.js';
import { finish, type Guarantee, repeatsOf, untilCommitted } from './run.js';

const temporary = 75;
/** Without another instance it is the coordinator that gave a transaction up. */
const fenced = 76;
const mostRestarts = sized(10, 50);

/** A daemon that is started again after each exit with 75 or 76, as systemd does. Any other exit, unasked for, fails the test. */
export class Service {
  /** Its processes, the latest last. */
  readonly daemons: Daemon[];

  constructor(readonly configuration: Configuration) {
    this.daemons = [startDaemon(configuration.file)];
  }

  get daemon(): Daemon {
    return this.daemons.at(-1) as Daemon;
  }

  /** Does the work with the daemon that runs; when that ends with 75 or 76 meanwhile, again with the next one. */
  async with<T>(work: (daemon: Daemon) => Promise<T>): Promise<T> {
    for (;;) {
      const { daemon } = this;
      try {
        return await work(daemon);
      } catch (error) {
        if (!daemon.ended) throw error;
        const { code } = await daemon.exited;
        assert.ok(code === temporary || code === fenced, daemon.tail());
        assert.ok(this.daemons.length <= mostRestarts, `started ${mostRestarts} times again:\n${daemon.tail()}`);
        this.daemons.push(startDaemon(this.configuration.file));
      }
    }
  }

  /** Resolves when one that started has partitions to work on. */
  async untilReady(): Promise<void> {
    await this.with((daemon) => daemon.waitFor('ready'));
  }

  /** Resolves when records are committed that were not when this was called. */
  async untilGoingOn(load: FaultLoad): Promise<void> {
    const { done } = await this.with((daemon) => untilCommitted(load, daemon, () => true));
    await this.with((daemon) => untilCommitted(load, daemon, (progress) => progress.done > done));
  }

  /** Has all that is asked answered, ends in order and verifies the run. */
  async finish(load: FaultLoad, guarantee: Guarantee): Promise<void> {
    await load.finish();
    await this.with((daemon) => untilCommitted(load, daemon, ({ done, total }) => done === total));
    await finish(load, this.daemon, { owner: this.configuration, repeats: repeatsOf(guarantee) });
  }

  /** What an operator saw since `from` processes ago: survived, or the exits by their sentences. */
  seen(): string {
    const ended = this.daemons.filter((daemon) => daemon.ended);
    const sentences = ended.map((daemon) => daemon.events('fatal')[0]?.msg?.split('\n')[0] ?? 'no word');
    if (ended.length === 0) return `goes on by itself; ${warnings(this.daemon)}`;
    return `${ended.length} × exit ${temporary} or ${fenced}: ${[...new Set(sentences)].join(' · ')}`;
  }
}

/** The kinds of warnings that a daemon wrote. */
function warnings(daemon: Daemon): string {
  const events = daemon.lines.filter(({ level }) => Number(level) >= 40).map(({ event }) => `\`${event}\``);
  return events.length === 0 ? 'nothing in the log' : [...new Set(events)].join(', ');
}
