import { partitionOf } from './murmur2.js';
import type { NewRecord } from './produce.js';
import type { Random } from './random.js';
import type { Inputs } from './topics.js';
import { type Init, initCodec, type Request, requestCodec, sectionKey } from './wire.js';

/**
 * When every generated load begins. The past, so that no broker takes a record for one from the future, and not a day ago:
 * a broker that crashed has forgotten a producer whose latest record is older than that (producer.id.expiration.ms), and
 * takes what it sends again for new.
 */
export const loadStartMs = Date.now() - 12 * 3_600_000;

export type Shape = {
  readonly sections: number;
  readonly rows: number;
  readonly seatsPerRow: number;
};

/** Sections over several events, some named with dashes or beyond ASCII, a quarter with seats reserved from the start. */
export function makeInits(random: Random, { sections, rows, seatsPerRow }: Shape): Init[] {
  const styles = [(n: number) => `A${n}`, (n: number) => `left-${n}-b`, (n: number) => `Parkett Süd ${n}`];
  return Array.from({ length: sections }, (_, index) => {
    const section = (styles[index % styles.length] as (n: number) => string)(index);
    const reservations = index % 4 === 0 ? random.whole(1, Math.max(1, Math.floor((rows * seatsPerRow) / 10))) : 0;
    // One beyond the last seat: unknown names are ignored, and so are the repeated ones that chance brings.
    const seats = Array.from({ length: reservations }, () => random.whole(1, rows * seatsPerRow + 1));
    const initialReserved = seats.map((seat) => `${section}-${seat}`);
    return { eventId: BigInt(1 + (index % 4)), section, rows, seatsPerRow, initialReserved };
  });
}

export type RequestShape = { readonly maxSeats: number; readonly label: string };

/** Requests of 1 to `maxSeats` seats for random ones of the sections; ids and users carry the label. */
export const makeRequests = (
  random: Random,
  sections: readonly Init[],
  { count, ...shape }: RequestShape & { readonly count: number },
): Request[] => Array.from({ length: count }, (_, index) => makeRequest(random, sections, index, shape));

/** One of them, by its number. */
export function makeRequest(
  random: Random,
  sections: readonly Init[],
  index: number,
  { maxSeats, label }: RequestShape,
): Request {
  const { eventId, section } = random.pick(sections);
  const seatCount = random.whole(1, maxSeats);
  const timestamp = BigInt(loadStartMs + index);
  const userId = `user-${random.whole(1, 9_999)}`;
  return { reservationId: `${label}-${index}`, eventId, section, seatCount, userId, timestamp };
}

/** Every section is asked for one seat once. */
export function oneRequestEach(sections: readonly Init[], label: string): Request[] {
  return sections.map(({ eventId, section }, index) => ({
    reservationId: `${label}-${index}`,
    eventId,
    section,
    seatCount: 1,
    userId: `user-${label}`,
    timestamp: BigInt(loadStartMs),
  }));
}

export const initRecord = (inputs: Inputs, init: Init, timestampMs: number): NewRecord => ({
  topic: inputs.init,
  key: Buffer.from(sectionKey(init)),
  value: initCodec.encode(init),
  timestampMs,
});

export const requestRecord = (inputs: Inputs, request: Request, timestampMs: number): NewRecord => ({
  topic: inputs.requests,
  key: Buffer.from(sectionKey(request)),
  value: requestCodec.encode(request),
  timestampMs,
});

/** One request a millisecond from `startMs`, each up to `jitterMs` early or late: offset order is not timestamp order. */
export function requestRecords(
  inputs: Inputs,
  requests: readonly Request[],
  { startMs, random, jitterMs }: { startMs: number; random: Random; jitterMs: number },
): NewRecord[] {
  return requests.map((request, index) =>
    requestRecord(inputs, request, startMs + index + random.whole(-jitterMs, jitterMs)),
  );
}

/** The partition that a section's records are produced to. */
export const partitionOfSection = (section: Init | Request, partitions: number): number =>
  partitionOf(Buffer.from(sectionKey(section)), partitions);
