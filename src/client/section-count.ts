import type { Long } from '../../workers/avro.js';

/** How many seats a section has left, as the daemon said last. */
export type SectionCount = {
  /** A number while it is a safe integer, else a bigint. */
  readonly eventId: Long;
  readonly section: string;
  readonly availableCount: number;
  /** Milliseconds since the epoch: the record timestamp of the request or command that caused this count. */
  readonly timestampMs: number;
};

/** What changed: a section has a count that it did not have, or is not known any more. */
export type SectionUpdate =
  | ({ readonly kind: 'counted' } & SectionCount)
  | { readonly kind: 'removed'; readonly eventId: Long; readonly section: string };

/** The one form of an event's id that is looked up: a number while it is a safe integer. */
export function normalized(eventId: Long): Long {
  if (typeof eventId === 'number') return eventId;
  const number = Number(eventId);
  return Number.isSafeInteger(number) ? number : eventId;
}

export function normalizedCount(count: SectionCount): SectionCount {
  const eventId = normalized(count.eventId);
  return eventId === count.eventId ? count : { ...count, eventId };
}
