import type { Long } from '../../workers/avro.js';
import { sectionKey } from '../../workers/encode.js';
import type { SectionCount } from '../client/section-count.js';
import { needsPerson } from '../errors.js';
import { BoardSection } from './board-section.js';
import { DecayingRate } from './decaying-rate.js';
import type { SeatImage, SectionSeats } from './feeds.js';

/** The sums over all sections of a board. */
export type BoardTotals = {
  readonly sections: number;
  readonly events: number;
  readonly soldOut: number;
  readonly available: number;
  readonly seats: number;
  /** Whether `seats` is exact: known of every section. */
  readonly isSeatCountKnown: boolean;
  readonly largestAvailable: number;
  readonly largestSeats: number;
  readonly seatsPerSecond: number;
  readonly statusesPerSecond: number;
};

/** Most sections of a board, and most images that are kept. */
export const mostSections = 1_000_000;

const byName = new Intl.Collator('en', { numeric: true });
const byEventAndName = (a: BoardSection, b: BoardSection): number =>
  a.eventId === b.eventId ? byName.compare(a.name, b.name) : a.eventId < b.eventId ? -1 : 1;

/** The sections of one event, or of all, as statuses and images tell of them. No I/O, no clock: times are handed in. */
export class Board {
  private readonly byKey = new Map<string, BoardSection>();
  /** Of the sections that are shown, and of those that no status has told of yet, or again. */
  private readonly images = new Map<string, SeatImage>();
  private readonly seatRate = new DecayingRate();
  private readonly statusRate = new DecayingRate();
  private inOrder: readonly BoardSection[] = [];
  private isInOrder = true;

  /** @param eventId the only event that is shown; undefined: all */
  constructor(private readonly eventId: Long | undefined) {}

  /**
   * Takes a status and returns its section; undefined when it is of an event that is not shown. `nowMs` undefined: it is an
   * old status, which says nothing of the rates.
   */
  count(
    { eventId, section: name, availableCount, timestampMs }: SectionCount,
    nowMs: number | undefined,
  ): BoardSection | undefined {
    if (this.isForeign(eventId)) return undefined;
    const section = this.sectionOf(eventId, name);
    const gone = section.count(availableCount, timestampMs, nowMs);
    if (nowMs === undefined) return section;
    this.statusRate.add(1, nowMs);
    if (gone > 0) this.seatRate.add(gone, nowMs);
    return section;
  }

  /** Removes a section and returns it, if there was one. */
  remove({ eventId, section: name }: Pick<SectionCount, 'eventId' | 'section'>): BoardSection | undefined {
    const key = sectionKey(eventId, name);
    const section = this.byKey.get(key);
    if (this.byKey.delete(key)) this.isInOrder = false;
    return section;
  }

  /** Takes a section's image; returns the section, if it is shown and something else is known of its seats now. */
  learnSeats({ eventId, section: name, image }: SectionSeats): BoardSection | undefined {
    if (this.isForeign(eventId)) return undefined;
    const key = sectionKey(eventId, name);
    if (image === undefined) this.images.delete(key);
    else if (this.images.has(key) || this.images.size < mostSections) this.images.set(key, image);
    const section = this.byKey.get(key);
    return section?.learn(image) === true ? section : undefined;
  }

  get size(): number {
    return this.byKey.size;
  }

  /** All sections by event and name, numbers in names by value, their rates as of `nowMs`. */
  advance(nowMs: number): readonly BoardSection[] {
    if (!this.isInOrder) {
      // Comparing names is the dear part, so it is done only when sections have come or gone.
      this.inOrder = [...this.byKey.values()].sort(byEventAndName);
      this.inOrder.forEach((section, rank) => {
        section.rank = rank;
      });
      this.isInOrder = true;
    }
    for (const section of this.inOrder) section.advance(nowMs);
    return this.inOrder;
  }

  totals(nowMs: number): BoardTotals {
    const events = new Set<Long>();
    const sums = { available: 0, seats: 0, soldOut: 0, largestAvailable: 0, largestSeats: 0 };
    let isSeatCountKnown = true;
    for (const section of this.byKey.values()) {
      const { available, seats } = section;
      events.add(section.eventId);
      sums.available += available;
      sums.seats += seats;
      if (available === 0) sums.soldOut += 1;
      if (available > sums.largestAvailable) sums.largestAvailable = available;
      if (seats > sums.largestSeats) sums.largestSeats = seats;
      isSeatCountKnown &&= section.isSeatCountKnown;
    }
    return {
      ...sums,
      isSeatCountKnown,
      sections: this.byKey.size,
      events: events.size,
      seatsPerSecond: this.seatRate.at(nowMs),
      statusesPerSecond: this.statusRate.at(nowMs),
    };
  }

  private isForeign(eventId: Long): boolean {
    return this.eventId !== undefined && eventId !== this.eventId;
  }

  private sectionOf(eventId: Long, name: string): BoardSection {
    const key = sectionKey(eventId, name);
    const known = this.byKey.get(key);
    if (known !== undefined) return known;
    if (this.byKey.size >= mostSections)
      throw needsPerson(`There are more than ${mostSections} sections: name one event, seatmapd watch EVENT.`);
    const section = new BoardSection(eventId, name, this.eventId === undefined);
    section.learn(this.images.get(key));
    this.byKey.set(key, section);
    this.isInOrder = false;
    return section;
  }
}
