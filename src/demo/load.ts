import type { ReservationRequest, SectionInit } from '../../workers/avro.js';
import { seatName } from '../../workers/seat-names.js';
import type { Random } from './random.js';

const eventId = 1;
const names = ['Floor', 'Balcony', 'North', 'East', 'South', 'West'];
/** Requests ask for 1 to this many seats. */
const maxSeats = 6;
const meanSeats = (1 + maxSeats) / 2;
const seatsPerRow = 50;
/** Seats of the smallest and of the largest section as shares of those that are wanted in it; the last one doesn't sell out. */
const smallestShare = 0.2;
const largestShare = 1.1;

/**
 * Sections of different sizes, for `requests` requests that are spread over them evenly: fewer seats than are wanted in
 * all, so that one section after the other sells out. Every second one has seats that are reserved from the start.
 */
export function demoSections(random: Random, sectionCount: number, requests: number): SectionInit[] {
  const wantedOfEach = (requests * meanSeats) / sectionCount;
  return Array.from({ length: sectionCount }, (_, index) => {
    const section = names[index] ?? `Block ${index + 1}`;
    const position = sectionCount === 1 ? 0.5 : index / (sectionCount - 1);
    const share = smallestShare + position * (largestShare - smallestShare);
    const rows = Math.max(1, Math.round((wantedOfEach * share) / seatsPerRow));
    const seatCount = rows * seatsPerRow;
    const reserved = index % 2 === 0 ? 0 : random.whole(1, Math.ceil(seatCount / 50));
    const seats = new Set(Array.from({ length: reserved }, () => random.whole(0, seatCount - 1)));
    return { eventId, section, rows, seatsPerRow, initialReserved: [...seats].map((seat) => seatName(section, seat)) };
  });
}

/** The `index`-th request: a random section, a random number of seats. Call it in order, once each. */
export function demoRequest(random: Random, sections: readonly SectionInit[], index: number): ReservationRequest {
  const { section } = sections[random.whole(0, sections.length - 1)]!;
  return {
    reservationId: `demo-${index}`,
    eventId,
    section,
    seatCount: random.whole(1, maxSeats),
    userId: `user-${random.whole(1, 9_999)}`,
    timestamp: Date.now(),
  };
}
