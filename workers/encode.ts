import {
  compile,
  isPlain,
  type Long,
  type RecordType,
  type ReservationRequest,
  type ReservationResult,
  type SectionStatus,
} from './avro.js';
import type { SeatMap } from './seat-map.js';
import { seatName } from './seat-names.js';

const RESULT = compile('ReservationCompletedEvent');
const STATUS = compile('SectionStatusEvent');
const FULL_STATUS = compile('SectionSeatState');

/** The most bytes of a long, of an int and of a string's or an array's length. */
const LONG_BYTES = 10;
const INT_BYTES = 5;
/** Result: reservationId's, userId's and section's lengths, eventId, timestamp, seatCount, array's count and end, "CONFIRMED". */
const RESULT_FIXED_BYTES = 3 * INT_BYTES + 2 * LONG_BYTES + INT_BYTES + INT_BYTES + 1 + 10;
/** Full status: the key's event and dash, eventId, section's length, availableCount, the map's count and end. */
const FULL_STATUS_FIXED_BYTES = 21 + LONG_BYTES + INT_BYTES + INT_BYTES + INT_BYTES + 1;
/** "AVAILABLE" with its length. */
const SEAT_STATUS_BYTES = 10;

/**
 * avsc answers with the position reached, or minus the bytes that are missing. After a short string that isn't ASCII it
 * writes on, up to 126 bytes of garbage that the next field covers in part only: what lies behind a value must be
 * written after it.
 */
function write(type: RecordType, isPlainValue: boolean, value: object, buffer: Buffer, at: number): number {
  const reached = (isPlainValue ? type.plain : type.wide).encode(value, buffer, at);
  return reached < 0 ? reached : reached - at;
}

/**
 * Writes a result into `buffer` from `at` on; returns the bytes written, or a negative number when it does not fit.
 * The bytes that follow it in `buffer` are undefined afterwards.
 */
export const encodeResult = (result: ReservationResult, buffer: Buffer, at: number): number =>
  write(RESULT, isPlain(result.eventId) && isPlain(result.timestamp), result, buffer, at);

/** Writes a slim status; as {@link encodeResult}. */
export const encodeStatus = (status: SectionStatus, buffer: Buffer, at: number): number =>
  write(STATUS, isPlain(status.eventId) && isPlain(status.timestamp), status, buffer, at);

/** Writes the legacy status with every seat (`status.payload: full`); as {@link encodeResult}. */
export function encodeFullStatus(eventId: Long, section: string, map: SeatMap, buffer: Buffer, at: number): number {
  const seatStatuses: Record<string, 'AVAILABLE' | 'RESERVED'> = {};
  for (let seat = 0; seat < map.seatCount; seat += 1) {
    seatStatuses[seatName(section, seat)] = map.isFree(seat) ? 'AVAILABLE' : 'RESERVED';
  }
  const status = { eventId, section, seatStatuses, availableCount: map.available };
  return write(FULL_STATUS, isPlain(eventId), status, buffer, at);
}

/** The key of a section's status, its image and its inputs. */
export const sectionKey = (eventId: Long, section: string): string => `${eventId}-${section}`;

/** The longest name of a seat with its length: section, dash, digits. */
function seatNameBytes(sectionBytes: number, seatCount: number): number {
  const nameBytes = sectionBytes + 1 + String(seatCount).length;
  return nameBytes + (nameBytes < 64 ? 1 : nameBytes < 8192 ? 2 : INT_BYTES);
}

/**
 * The most bytes, key and value, that the answer to `request` can have, known before the seat map is touched: the
 * longest name of a seat times the seats asked for. A request for more seats than the section has can only be
 * rejected, without seats. `seatCountOfSection` is 0 for an unknown section.
 */
export function resultUpperBoundBytes(request: ReservationRequest, seatCountOfSection: number): number {
  const { reservationId, userId, section, seatCount } = request;
  const sectionBytes = Buffer.byteLength(section);
  const names = seatCount > 0 && seatCount <= seatCountOfSection ? seatCount : 0;
  return (
    RESULT_FIXED_BYTES +
    2 * Buffer.byteLength(reservationId) +
    Buffer.byteLength(userId) +
    sectionBytes +
    names * seatNameBytes(sectionBytes, seatCountOfSection)
  );
}

/** The most bytes, key and value, that the full status of a section can have. */
export function fullStatusUpperBoundBytes(section: string, seatCount: number): number {
  const sectionBytes = Buffer.byteLength(section);
  return (
    FULL_STATUS_FIXED_BYTES +
    2 * sectionBytes +
    seatCount * (seatNameBytes(sectionBytes, seatCount) + SEAT_STATUS_BYTES)
  );
}
