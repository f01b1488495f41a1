import type { Long } from '../../workers/avro.js';
import type { StoredSection } from './sections.js';

/** A number for people. */
export const grouped = (value: number): string => value.toLocaleString('en-US');

export const plural = (count: number, noun: string): string => `${grouped(count)} ${noun}${count === 1 ? '' : 's'}`;

export const isoTime = (timestampMs: number): string => {
  const time = new Date(timestampMs);
  return Number.isNaN(time.getTime()) ? `${timestampMs} ms` : time.toISOString();
};

/** JSON has no integers beyond 2^53 that every reader takes as they are; those are texts. */
export const jsonLong = (value: Long): number | string => (typeof value === 'bigint' ? String(value) : value);

/** What every JSON form of a section begins with. */
export const countsOf = ({ eventId, name, partition, map, positions, lastTimestampMs }: StoredSection) => ({
  eventId: jsonLong(eventId),
  section: name,
  partition,
  available: map.available,
  total: map.seatCount,
  sold: map.sold,
  initiallyReserved: map.initiallyReserved,
  initPosition: positions.init,
  requestsPosition: positions.requests,
  lastTimestampMs,
});

/** The numbers of the seats that are taken, from 1. */
export function takenSeats({ map }: Pick<StoredSection, 'map'>): number[] {
  const taken: number[] = [];
  for (let seat = 0; seat < map.seatCount; seat += 1) if (!map.isFree(seat)) taken.push(seat + 1);
  return taken;
}
