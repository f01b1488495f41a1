import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { ExitCode, FatalError, internal } from '../errors.js';

type LogLine = { readonly event?: string; readonly msg?: string };

const shownLines = 5;

/** The launcher of the package; this file runs from src/demo and from dist/src/demo. */
function launcher(): string {
  const candidates = ['../../bin/seatmapd.cjs', '../../../bin/seatmapd.cjs'].map(
    (path) => new URL(path, import.meta.url),
  );
  const found = candidates.find((candidate) => existsSync(candidate));
  if (found === undefined) throw internal('bin/seatmapd.cjs is missing from the installation');
  return fileURLToPath(found);
}

/** `seatmapd run` as a child process, known by its log lines and its exit. */
export class DaemonProcess {
  /** Resolves at the log line `ready`. */
  readonly ready: Promise<void>;
  /** Resolves with the exit code when the process has ended; null after a signal. */
  readonly exited: Promise<number | null>;
  private readonly child: ChildProcess;
  private readonly unparsed: string[] = [];
  private fatalSentence: string | undefined;
  private markReady: () => void = () => undefined;
  private stopping = false;

  /** `onDeath`: the process ended without being asked to, and why. */
  constructor(configurationFile: string, onDeath: (error: FatalError) => void) {
    this.ready = new Promise((resolve) => {
      this.markReady = resolve;
    });
    // The demo's configuration is the file alone.
    const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('SEATMAPD_')));
    this.child = spawn(process.execPath, [launcher(), 'run', '-c', configurationFile], {
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [this.child.stdout, this.child.stderr]) {
      if (stream !== null) createInterface(stream).on('line', (line) => this.take(line));
    }
    this.exited = new Promise((resolve) => {
      // `close` comes after the last line, `exit` may come before it.
      this.child.once('close', (code, signal) => {
        if (!this.stopping) onDeath(this.death(code, signal));
        resolve(code);
      });
    });
  }

  get pid(): number | undefined {
    return this.child.pid;
  }

  /** Asks it to drain, and waits for its end. */
  stop(): Promise<number | null> {
    this.stopping = true;
    this.child.kill('SIGTERM');
    return this.exited;
  }

  /** Ends it at once. */
  kill(): void {
    this.stopping = true;
    this.child.kill('SIGKILL');
  }

  private take(text: string): void {
    let line: LogLine;
    try {
      line = JSON.parse(text) as LogLine;
    } catch {
      this.unparsed.push(text);
      return;
    }
    if (line.event === 'ready') this.markReady();
    if (line.event === 'fatal') this.fatalSentence = line.msg;
  }

  private death(code: number | null, signal: NodeJS.Signals | null): FatalError {
    const reason = this.fatalSentence ?? this.unparsed.slice(-shownLines).join('\n');
    const how = signal === null ? `exit code ${code}` : signal;
    return new FatalError(ExitCode.checkFailed, `The daemon ended (${how}): ${reason || 'it did not say why'}`);
  }
}
