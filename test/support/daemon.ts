import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { projectRoot } from './kafka-jars.js';
import { atExit } from './temporary.js';

export type LogLine = { readonly event?: string; readonly msg?: string } & Readonly<Record<string, unknown>>;
export type Exit = { readonly code: number | null; readonly signal: NodeJS.Signals | null };

export type DaemonOptions = {
  /** The file that node runs. */
  readonly from?: string;
  /** Variables added to those of this process. */
  readonly environment?: Readonly<Record<string, string>>;
};

const launcher = join(projectRoot, 'bin', 'seatmapd.cjs');
const shownLines = 25;
const alive = new Set<Daemon>();

/** A `seatmapd` process: its log lines as they come, its exit. It never outlives this process. */
export class Daemon {
  readonly lines: LogLine[] = [];
  /** What is no JSON line: stderr, and the plain output of other verbs. */
  readonly text: string[] = [];
  readonly exited: Promise<Exit>;
  readonly startedMs = Date.now();
  private readonly child: ChildProcess;
  private readonly listeners = new Set<() => void>();
  private hasEnded = false;

  constructor(args: readonly string[], { from = launcher, environment = {} }: DaemonOptions = {}) {
    const env = { ...process.env, ...environment };
    this.child = spawn(process.execPath, [from, ...args], { stdio: ['ignore', 'pipe', 'pipe'], env });
    const withdraw = atExit(() => this.child.kill('SIGKILL'));
    alive.add(this);
    for (const stream of [this.child.stdout, this.child.stderr]) {
      if (stream !== null) createInterface(stream).on('line', (line) => this.take(line));
    }
    this.exited = new Promise((resolve) => {
      // `close` comes after the last line, `exit` may come before it.
      this.child.once('close', (code, signal) => {
        this.hasEnded = true;
        alive.delete(this);
        withdraw();
        resolve({ code, signal });
        this.notify();
      });
    });
  }

  get pid(): number {
    return this.child.pid as number;
  }

  get ended(): boolean {
    return this.hasEnded;
  }

  /** Resolves with the first line of this event that satisfies `accepts`, past or to come; rejects when the process ends without. */
  async waitFor(event: string, accepts: (line: LogLine) => boolean = () => true, timeoutMs = 60_000): Promise<LogLine> {
    const found = () => this.events(event).find(accepts);
    await this.until(() => found() !== undefined, `the log line ${event}`, timeoutMs);
    return found() as LogLine;
  }

  events(event: string): LogLine[] {
    return this.lines.filter((line) => line.event === event);
  }

  /** Ends the daemon in order. */
  stop(): Promise<Exit> {
    this.child.kill('SIGTERM');
    return this.exited;
  }

  /** Has it read its configuration again. */
  reload(): void {
    this.child.kill('SIGHUP');
  }

  kill(): Promise<Exit> {
    this.child.kill('SIGKILL');
    return this.exited;
  }

  /** Stops its threads where they are, as SIGSTOP does, until `continue`. */
  suspend(): void {
    this.child.kill('SIGSTOP');
  }

  continue(): void {
    this.child.kill('SIGCONT');
  }

  /** The end of its output, for the message of a failed test. */
  tail(): string {
    // Metrics would push the lines that tell a story out of sight; the last ones are enough.
    const lastMetrics = this.events('metrics').at(-1);
    const telling = this.lines.filter((line) => line.event !== 'metrics' || line === lastMetrics);
    const lines = [...telling.slice(-shownLines).map((line) => JSON.stringify(line)), ...this.text.slice(-shownLines)];
    return lines.map((line) => `    | ${line}`).join('\n');
  }

  private take(line: string): void {
    try {
      this.lines.push(JSON.parse(line) as LogLine);
    } catch {
      this.text.push(line);
    }
    this.notify();
  }

  private notify(): void {
    for (const listener of [...this.listeners]) listener();
  }

  private until(condition: () => boolean, what: string, timeoutMs: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const finish = (problem?: string) => {
        clearTimeout(timeout);
        this.listeners.delete(check);
        if (problem === undefined) resolve();
        else reject(new Error(`seatmapd ${problem} ${what}; its output ended with\n${this.tail()}`));
      };
      const check = () => {
        if (condition()) finish();
        else if (this.hasEnded) finish('ended before');
      };
      const timeout = setTimeout(() => finish(`did not within ${timeoutMs} ms write`), timeoutMs);
      this.listeners.add(check);
      check();
    });
  }
}

export const startDaemon = (configurationFile: string, options: DaemonOptions = {}): Daemon =>
  new Daemon(['run', '-c', configurationFile], options);

/** Kills what a failed test left running. For `afterEach`. */
export async function killDaemons(): Promise<void> {
  await Promise.all([...alive].map((daemon) => daemon.kill()));
}
