import type { SectionInit } from '../../workers/avro.js';
import { encodeFullStatus, fullStatusUpperBoundBytes } from '../../workers/encode.js';
import { SeatMap } from '../../workers/seat-map.js';

/** Bytes of an Avro int that isn't negative: seven bits each, one bit for the sign. */
function intBytes(value: number): number {
  let bytes = 1;
  for (let rest = Math.floor(value / 64); rest > 0; rest = Math.floor(rest / 128)) bytes += 1;
  return bytes;
}

/** How large the replaced system's status (SectionSeatState, with every seat) of one section would be. */
export class FullMap {
  private readonly seatCount: number;
  /** Bytes with every seat free, but without the count. */
  private readonly freeBytes: number;

  constructor({ eventId, section, rows, seatsPerRow }: SectionInit) {
    const map = SeatMap.create(rows, seatsPerRow, []);
    this.seatCount = map.seatCount;
    const buffer = Buffer.allocUnsafe(fullStatusUpperBoundBytes(section, map.seatCount));
    this.freeBytes = encodeFullStatus(eventId, section, map, buffer, 0) - intBytes(map.seatCount);
  }

  /** Bytes of the value with `available` seats free. Which ones is all the same: "RESERVED" is a letter shorter than "AVAILABLE". */
  sizeBytes(available: number): number {
    return this.freeBytes - (this.seatCount - available) + intBytes(available);
  }
}
