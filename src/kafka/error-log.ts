import type { Log, LogFields } from '../log.js';
import { type ClientLine, isError, sentenceOf } from './connection-failures.js';
import { codeOf } from './failure.js';

/** librdkafka repeats itself thousands of times while no broker is there; a sentence is logged once in this time. */
const quietMs = 10_000;
/** The most different sentences that are remembered. */
const remembered = 100;

/** Errors without a word of broker or reason, as node-rdkafka tells them. librdkafka writes a line for each that has both. */
const explained: ReadonlySet<string> = new Set([
  'broker transport failure',
  'host resolution failure',
  'authentication failure',
  'ssl error',
]);

/** Logs the errors that a client tells of by itself, each sentence once in a while. */
export class ErrorLog {
  private readonly loggedAtMs = new Map<string, number>();

  constructor(
    private readonly log: Log,
    private readonly nowMs: () => number = () => performance.now(),
  ) {}

  note(error: Error): void {
    if (!explained.has(error.message)) this.once(error.message, { code: codeOf(error) });
  }

  noteLine(line: ClientLine): void {
    if (isError(line)) this.once(sentenceOf(line), {});
  }

  private once(sentence: string, fields: LogFields): void {
    const nowMs = this.nowMs();
    const lastMs = this.loggedAtMs.get(sentence);
    if (lastMs !== undefined && nowMs - lastMs < quietMs) return;
    if (this.loggedAtMs.size >= remembered) this.loggedAtMs.clear();
    this.loggedAtMs.set(sentence, nowMs);
    this.log.warn('kafkaError', fields, sentence);
  }
}
