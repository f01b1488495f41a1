import type { Long, SectionCount, SectionStatusCache, SectionUpdate } from 'seatmapd/client';
import type { Catalogue } from '../catalogue.js';
import { greeting, heartbeat, type SectionRow, snapshotMessage, updateMessage } from './messages.js';
import { type Sink, Subscriber } from './subscriber.js';

export type StreamLimits = {
  /** Changes of a section within this time become one. */
  readonly updateIntervalMs: number;
  readonly heartbeatIntervalMs: number;
  /** A page whose connection takes nothing for this long is dropped; its browser connects again. */
  readonly dropAfterMs: number;
  /** Most pages at a time. */
  readonly subscribers: number;
};

/** The pages that look at one event, and the latest change of each section that they were not told of. */
type Event = { readonly subscribers: Set<Subscriber>; readonly changed: Map<string, SectionUpdate> };

/** Tells open pages of the counts as they change. Each message is encoded once, for all pages of its event. */
export class EventStreams {
  private readonly events = new Map<Long, Event>();
  private readonly timers: readonly NodeJS.Timeout[];
  private open = 0;

  constructor(
    private readonly cache: SectionStatusCache,
    private readonly catalogue: Catalogue,
    private readonly limits: StreamLimits,
  ) {
    cache.on('update', this.onUpdate);
    this.timers = [
      setInterval(() => this.tellChanges(), limits.updateIntervalMs),
      setInterval(() => this.beat(), limits.heartbeatIntervalMs),
    ];
  }

  get size(): number {
    return this.open;
  }

  get isFull(): boolean {
    return this.open >= this.limits.subscribers;
  }

  /** Tells `sink` of an event's sections from now on; call what is returned when its connection has closed. */
  subscribe(eventId: Long, sink: Sink): () => void {
    const event = this.events.get(eventId) ?? { subscribers: new Set(), changed: new Map() };
    this.events.set(eventId, event);
    const subscriber = new Subscriber(sink, () => this.snapshot(eventId));
    event.subscribers.add(subscriber);
    this.open += 1;
    subscriber.send(Buffer.concat([greeting, this.snapshot(eventId)]));
    return () => {
      if (event.subscribers.delete(subscriber)) this.open -= 1;
      if (event.subscribers.size === 0) this.events.delete(eventId);
    };
  }

  /** Ends every stream; browsers connect to another server then. */
  close(): void {
    this.cache.off('update', this.onUpdate);
    for (const timer of this.timers) clearInterval(timer);
    for (const { subscribers } of this.events.values()) for (const subscriber of subscribers) subscriber.end();
  }

  private readonly onUpdate = (update: SectionUpdate): void => {
    this.events.get(update.eventId)?.changed.set(update.section, update);
  };

  private snapshot(eventId: Long): Buffer {
    return snapshotMessage(this.cache.sections(eventId).map((count) => this.row(count, count.availableCount)));
  }

  private row({ eventId, section }: Pick<SectionCount, 'eventId' | 'section'>, left: number | null): SectionRow {
    const { seats, isExact } = this.catalogue.seatsOf(eventId, section);
    return [section, left, seats, isExact];
  }

  private tellChanges(): void {
    const nowMs = performance.now();
    for (const { subscribers, changed } of this.events.values()) {
      for (const subscriber of subscribers)
        if (subscriber.blockedForMs(nowMs) > this.limits.dropAfterMs) subscriber.drop();
      if (changed.size === 0) continue;
      const rows = [...changed.values()].map((update) =>
        this.row(update, update.kind === 'counted' ? update.availableCount : null),
      );
      const message = updateMessage(rows);
      changed.clear();
      for (const subscriber of subscribers) subscriber.send(message);
    }
  }

  private beat(): void {
    for (const { subscribers } of this.events.values())
      for (const subscriber of subscribers) subscriber.sendIfIdle(heartbeat);
  }
}
