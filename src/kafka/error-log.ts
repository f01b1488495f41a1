import type { Log } from '../log.js';
import { codeOf } from './failure.js';

/** librdkafka repeats itself thousands of times while no broker is there; a sentence is logged once in this time. */
const quietMs = 10_000;
/** The most different sentences that are remembered. */
const remembered = 100;

/** Logs the errors that a client tells of by itself, each sentence once in a while. */
export class ErrorLog {
  private readonly loggedAtMs = new Map<string, number>();

  constructor(
    private readonly log: Log,
    private readonly nowMs: () => number = () => performance.now(),
  ) {}

  note(error: Error): void {
    const nowMs = this.nowMs();
    const lastMs = this.loggedAtMs.get(error.message);
    if (lastMs !== undefined && nowMs - lastMs < quietMs) return;
    if (this.loggedAtMs.size >= remembered) this.loggedAtMs.clear();
    this.loggedAtMs.set(error.message, nowMs);
    this.log.warn('kafkaError', { code: codeOf(error) }, error.message);
  }
}
