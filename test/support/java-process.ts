import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { atExit } from './temporary.js';

/** A process of Java that can be started again where it was, its output in a file. It ends with this process at the latest. */
export class JavaProcess {
  private child: ChildProcess | undefined;
  private ended: Promise<void> = Promise.resolve();

  constructor(private readonly logFile: string) {}

  /** Neither pipes nor a reference: one that still runs never keeps mocha from ending. */
  start(args: readonly string[]): void {
    const output = openSync(this.logFile, 'a');
    const child = spawn('java', [...args], { stdio: ['ignore', output, output] });
    closeSync(output);
    child.unref();
    const withdraw = atExit(() => child.kill('SIGKILL'));
    this.child = child;
    this.ended = new Promise((resolve) =>
      child.once('exit', () => {
        withdraw();
        this.child = undefined;
        resolve();
      }),
    );
  }

  /** While it runs. */
  get running(): ChildProcess | undefined {
    return this.child;
  }

  /** Resolves when it has ended. */
  get exited(): Promise<void> {
    return this.ended;
  }

  /** What it wrote to stdout and stderr. */
  log(): string {
    return readFileSync(this.logFile, 'utf8');
  }

  /** Ends it, by force after `patienceMs`; resolves when it has ended, at once if it doesn't run. */
  async end(signal: 'SIGTERM' | 'SIGKILL', patienceMs: number): Promise<void> {
    const { child, ended } = this;
    if (child === undefined) return;
    child.ref();
    child.kill(signal);
    const impatience = setTimeout(() => child.kill('SIGKILL'), patienceMs);
    await ended;
    clearTimeout(impatience);
  }
}
