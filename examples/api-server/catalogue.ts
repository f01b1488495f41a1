import { readFileSync } from 'node:fs';
import type { Long, SectionCount, SectionStatusCache, SectionUpdate } from 'seatmapd/client';

/** Event to section to its number of seats, as a shop's own database knows them. */
export type KnownSeats = Readonly<Record<string, Readonly<Record<string, number>>>>;

export type Seats = {
  readonly seats: number;
  /** Else it is the largest count seen: at least so many. */
  readonly isExact: boolean;
};

/** Reads `{ "<event>": { "<section>": <seats> } }`. @throws Error when the file says anything else */
export function readCatalogue(file: string): KnownSeats {
  const content: unknown = JSON.parse(readFileSync(file, 'utf8'));
  const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
  const isSeats = (value: unknown): boolean =>
    isRecord(value) && Object.values(value).every((seats) => Number.isSafeInteger(seats) && Number(seats) >= 0);
  if (!isRecord(content) || !Object.values(content).every(isSeats))
    throw new Error(`${file}: expected { "<event>": { "<section>": <number of seats> } }`);
  return content as KnownSeats;
}

/**
 * How many seats a section has, which the slim status does not tell: by the catalogue, or else the largest count that this
 * server has seen.
 */
export class Catalogue {
  private readonly largest = new Map<string, number>();

  constructor(private readonly known: KnownSeats) {}

  /** Keeps the largest counts by what `cache`, which is ready, holds and will be told. */
  follow(cache: SectionStatusCache): void {
    for (const eventId of cache.events()) for (const count of cache.sections(eventId)) this.note(count);
    cache.on('update', (update: SectionUpdate) => {
      if (update.kind === 'counted') this.note(update);
      else this.largest.delete(keyOf(update.eventId, update.section));
    });
  }

  seatsOf(eventId: Long, section: string): Seats {
    const exact = this.known[String(eventId)]?.[section];
    if (exact !== undefined) return { seats: exact, isExact: true };
    return { seats: this.largest.get(keyOf(eventId, section)) ?? 0, isExact: false };
  }

  private note({ eventId, section, availableCount }: SectionCount): void {
    const key = keyOf(eventId, section);
    if (availableCount > (this.largest.get(key) ?? 0)) this.largest.set(key, availableCount);
  }
}

const keyOf = (eventId: Long, section: string): string => `${eventId}-${section}`;
