import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { atExit } from '../../test/support/temporary.js';
import type { Command } from './side.js';

const startTimeoutMs = 120_000;
const stopTimeoutMs = 60_000;
const keptLines = 30;

/** A program that is measured: when it was ready, and its end. It never outlives this process. */
export class SideProcess {
  readonly startedMs = Date.now();
  private readonly child: ChildProcess;
  private readonly lastLines: string[] = [];
  private readonly exited: Promise<number | null>;
  private readonly readyAtMs: Promise<number>;
  private hasEnded = false;

  constructor(
    readonly name: string,
    { program, args }: Command,
    private readonly onLine: (line: string) => void = () => undefined,
  ) {
    this.child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    const withdraw = atExit(() => this.child.kill('SIGKILL'));
    this.exited = new Promise((resolve) => {
      this.child.once('close', (code) => {
        this.hasEnded = true;
        withdraw();
        resolve(code);
      });
    });
    this.readyAtMs = new Promise((resolve, reject) => {
      this.child.once('error', reject);
      const timer = setTimeout(() => reject(this.failure(`not ready after ${startTimeoutMs} ms`)), startTimeoutMs);
      for (const stream of [this.child.stdout, this.child.stderr]) {
        if (stream === null) continue;
        createInterface(stream).on('line', (line) => {
          this.keep(line);
          const readyMs = readyTime(line);
          if (readyMs === undefined) return;
          clearTimeout(timer);
          resolve(readyMs);
        });
      }
      void this.exited.then((code) => {
        clearTimeout(timer);
        reject(this.failure(`ended with ${code} before it was ready`));
      });
    });
    // Whoever waits for it is told; a process that ended before anyone waited is no unhandled rejection.
    this.readyAtMs.catch(() => undefined);
  }

  get pid(): number {
    return this.child.pid as number;
  }

  get ended(): boolean {
    return this.hasEnded;
  }

  /** Milliseconds since the epoch, by the program's own clock. */
  ready(): Promise<number> {
    return this.readyAtMs;
  }

  /** Ends it in order. Rejects when it does not end, or not with exit code 0. */
  async stop(): Promise<void> {
    this.child.kill('SIGTERM');
    let impatient = false;
    const impatience = setTimeout(() => {
      impatient = true;
      this.child.kill('SIGKILL');
    }, stopTimeoutMs);
    const code = await this.exited;
    clearTimeout(impatience);
    if (impatient) throw this.failure(`did not end within ${stopTimeoutMs} ms`);
    if (code !== 0) throw this.failure(`ended with ${code}`);
  }

  async kill(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.exited;
  }

  /** An error about this program, with the end of its output. */
  failure(what: string): Error {
    const lines = this.lastLines.map((line) => `    | ${line.slice(0, 400)}`).join('\n');
    return new Error(`${this.name} ${what}; its output ended with\n${lines}`);
  }

  private keep(line: string): void {
    this.onLine(line);
    this.lastLines.push(line);
    if (this.lastLines.length > keptLines) this.lastLines.shift();
  }
}

/** The time in a line that says `ready`: `timeMs`, or pino's `time`. */
function readyTime(line: string): number | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    const { event, timeMs, time } = JSON.parse(line) as { event?: string; timeMs?: number; time?: number };
    return event === 'ready' ? (timeMs ?? time) : undefined;
  } catch {
    return undefined;
  }
}
