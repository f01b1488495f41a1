import type { Long } from '../../workers/avro.js';
import { sectionKey } from '../../workers/encode.js';

/** A line of `watch --json`. An event's id beyond 2^53 is a string. */
export type JsonLine =
  | {
      readonly type: 'section';
      readonly eventId: Long;
      readonly section: string;
      readonly availableCount: number;
      /** Null where the changelog does not tell it (yet). */
      readonly seatCount: number | null;
      /** Milliseconds since the epoch: the record timestamp of the input that caused it. */
      readonly timestampMs: number;
    }
  | { readonly type: 'removed'; readonly eventId: Long; readonly section: string }
  /** Everything that the topic held at the start has been told of. */
  | { readonly type: 'ready'; readonly sections: number };

/** What the lines are written to, with back-pressure. */
export type Out = Pick<NodeJS.WritableStream, 'write' | 'once'>;

const keyOf = (line: JsonLine): string => (line.type === 'ready' ? 'ready' : sectionKey(line.eventId, line.section));

const encode = (line: JsonLine): string =>
  `${JSON.stringify(line, (_key, value: unknown) => (typeof value === 'bigint' ? String(value) : value))}\n`;

/** Writes lines of JSON. While the reader is slow, a section's newer line takes the place of its older one, so that no more than a line a section waits. */
export class JsonLines {
  private readonly waiting = new Map<string, JsonLine>();
  private isBlocked = false;

  constructor(private readonly out: Out) {}

  write(line: JsonLine): void {
    if (!this.isBlocked) {
      this.send(line);
      return;
    }
    const key = keyOf(line);
    // To the end: lines keep the order in which they came.
    this.waiting.delete(key);
    this.waiting.set(key, line);
  }

  private send(line: JsonLine): void {
    if (this.out.write(encode(line))) return;
    this.isBlocked = true;
    this.out.once('drain', () => this.resume());
  }

  private resume(): void {
    this.isBlocked = false;
    for (const [key, line] of this.waiting) {
      if (this.isBlocked) return;
      this.waiting.delete(key);
      this.send(line);
    }
  }
}
