import assert from 'node:assert/strict';
import { type JsonLine, JsonLines } from '../../../src/watch/json-lines.js';

/** A reader that takes `room` lines, then no more until it is drained. */
class SlowReader {
  readonly lines: unknown[] = [];
  private drained: (() => void) | undefined;

  constructor(private room: number) {}

  write(text: string | Uint8Array): boolean {
    assert.match(String(text), /^\{.*\}\n$/);
    this.lines.push(JSON.parse(String(text)));
    this.room -= 1;
    return this.room > 0;
  }

  once(_event: string, listener: () => void): this {
    this.drained = listener;
    return this;
  }

  drain(room: number): void {
    this.room = room;
    const { drained } = this;
    this.drained = undefined;
    drained?.();
  }
}

const line = (section: string, availableCount: number): JsonLine => ({
  ...{ type: 'section', eventId: 1, section, availableCount, seatCount: null, timestampMs: 1 },
});

describe('JsonLines', () => {
  it('writes a line for each update while the reader keeps up', () => {
    const reader = new SlowReader(10);
    const lines = new JsonLines(reader as unknown as NodeJS.WritableStream);
    const written = [line('A', 2), line('A', 1), { type: 'ready', sections: 1 } as const];
    for (const one of written) lines.write(one);
    assert.deepEqual(reader.lines, written);
  });

  it('keeps the newest line of each section, in the order of those, while the reader is slow', () => {
    const reader = new SlowReader(1);
    const lines = new JsonLines(reader as unknown as NodeJS.WritableStream);
    lines.write(line('A', 100_000));
    for (let left = 99_999; left >= 0; left -= 1) {
      lines.write(line('A', left));
      lines.write(line('B', left));
    }
    lines.write({ type: 'removed', eventId: 1, section: 'A' });
    assert.equal(reader.lines.length, 1);
    reader.drain(1);
    reader.drain(1);
    assert.deepEqual(reader.lines.slice(1), [line('B', 0), { type: 'removed', eventId: 1, section: 'A' }]);
    reader.drain(5);
    lines.write(line('C', 7));
    assert.deepEqual(reader.lines.at(-1), line('C', 7));
  });

  it('writes an id beyond 2^53 as a string', () => {
    const reader = new SlowReader(9);
    new JsonLines(reader as unknown as NodeJS.WritableStream).write({
      ...line('A', 1),
      eventId: 2n ** 60n,
    } as JsonLine);
    assert.equal((reader.lines[0] as { eventId: unknown }).eventId, '1152921504606846976');
  });
});
