import { EventEmitter } from 'node:events';
import type { Long, SectionStatusCache } from 'seatmapd/client';
import type { Sink } from '../../examples/api-server/stream/subscriber.js';

/** A cache that holds what the test put into it. */
export class FakeCache extends EventEmitter {
  private readonly counts = new Map<string, number>();

  constructor(private readonly eventId: Long) {
    super();
  }

  put(section: string, availableCount: number): void {
    this.counts.set(section, availableCount);
    this.emit('update', { kind: 'counted', eventId: this.eventId, section, availableCount, timestampMs: 1 });
  }

  remove(section: string): void {
    this.counts.delete(section);
    this.emit('update', { kind: 'removed', eventId: this.eventId, section });
  }

  events(): Long[] {
    return this.counts.size > 0 ? [this.eventId] : [];
  }

  sections(eventId: Long) {
    const { counts } = this;
    if (eventId !== this.eventId) return [];
    return [...counts].map(([section, availableCount]) => ({ eventId, section, availableCount, timestampMs: 1 }));
  }

  /** What the server's parts take. */
  asCache(): SectionStatusCache {
    return this as unknown as SectionStatusCache;
  }
}

/** A connection that takes `room` messages, then no more until it is drained. */
export class FakeSink implements Sink {
  readonly messages: string[] = [];
  state: 'open' | 'ended' | 'destroyed' = 'open';
  private drained: (() => void) | undefined;

  constructor(private room: number) {}

  write(chunk: Buffer): boolean {
    this.messages.push(chunk.toString());
    this.room -= 1;
    return this.room > 0;
  }

  once(_event: 'drain', listener: () => void): void {
    this.drained = listener;
  }

  end(): void {
    this.state = 'ended';
  }

  destroy(): void {
    this.state = 'destroyed';
  }

  drain(room: number): void {
    this.room = room;
    const { drained } = this;
    this.drained = undefined;
    drained?.();
  }

  /** The rows of the messages of this kind. */
  rows(event: 'snapshot' | 'update'): unknown[] {
    return this.messages.flatMap((message) => {
      const data = new RegExp(`event: ${event}\ndata: (.*)\n\n$`).exec(message)?.[1];
      return data === undefined ? [] : [JSON.parse(data)];
    });
  }
}
