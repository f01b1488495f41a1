import type { Long } from './avro.js';
import { copyBytes, viewOf } from './bytes.js';
import { fullStatusBound, writeFullStatus } from './full-status.js';
import type { RequestReader } from './request.js';
import type { SeatMap } from './seat-map.js';
import { seatNameBytes, writeSeatName } from './seat-names.js';
import { SectionKey } from './section-key.js';
import { writeInt, writeLong } from './varint.js';

/** The most bytes of a long, of an int and of a string's or an array's length. */
const LONG_BYTES = 10;
const INT_BYTES = 5;
/** Result: reservationId's, userId's and section's lengths, eventId, timestamp, seatCount, array's count and end, "CONFIRMED". */
const RESULT_FIXED_BYTES = 3 * INT_BYTES + 2 * LONG_BYTES + INT_BYTES + INT_BYTES + 1 + 10;
/** The most bytes of a slim status besides twice its key. */
const STATUS_FIXED_BYTES = 32;

const avroString = (text: string): DataView => viewOf(Buffer.concat([Buffer.of(2 * text.length), Buffer.from(text)]));
const CONFIRMED = avroString('CONFIRMED');
const REJECTED = avroString('REJECTED');

const copyAll = (source: DataView, target: DataView, at: number): number =>
  copyBytes(source, 0, source.byteLength, target, at);

/**
 * Writes the answer to a request, a ReservationCompletedEvent, to `at` of `target`; returns the position behind it.
 * What answer and request have in common is copied as it is.
 *
 * @param firstSeat the first of the seats given (0-based), or -1: rejected
 * @param timestampMs the record timestamp of the request
 */
export function writeResult(
  request: RequestReader,
  firstSeat: number,
  timestampMs: number,
  target: DataView,
  at: number,
): number {
  const { view, seatCount, sectionStart, sectionEnd } = request;
  let next = copyBytes(view, request.start, request.sectionAt, target, at);
  next = copyBytes(view, request.seatCountEnd, request.userIdEnd, target, next);
  next = copyAll(firstSeat < 0 ? REJECTED : CONFIRMED, target, next);
  next = copyBytes(view, request.sectionAt, request.seatCountEnd, target, next);
  if (firstSeat >= 0) {
    next = writeInt(target, next, seatCount);
    for (let number = firstSeat + 1; number <= firstSeat + seatCount; number += 1) {
      next = writeSeatName(view, sectionStart, sectionEnd, number, target, next);
    }
  }
  target.setUint8(next, 0);
  return writeLong(target, next + 1, timestampMs);
}

/** Writes a slim status, a SectionStatusEvent; as {@link writeResult}. */
export function writeStatus(
  key: SectionKey,
  availableCount: number,
  timestampMs: number,
  target: DataView,
  at: number,
): number {
  const next = copyBytes(key.view, key.identityStart, key.end, target, at);
  return writeLong(target, writeInt(target, next, availableCount), timestampMs);
}

/**
 * Writes a full status into `buffer` from `at` on; returns the bytes written.
 * @throws RangeError when it does not fit
 */
export function encodeFullStatus(eventId: Long, section: string, map: SeatMap, buffer: Buffer, at: number): number {
  return writeFullStatus(new SectionKey(eventId, section), map, viewOf(buffer), at) - at;
}

/**
 * The most bytes, key and value, that the answer to `request` can have, known before the seat map is touched: the
 * longest name of a seat times the seats asked for. A request for more seats than the section has can only be
 * rejected, without seats. `seatCountOfSection` is 0 for an unknown section.
 */
export function resultUpperBoundBytes(request: RequestReader, seatCountOfSection: number): number {
  const { reservationIdStart, reservationIdEnd, userIdStart, userIdEnd, sectionStart, sectionEnd, seatCount } = request;
  const sectionBytes = sectionEnd - sectionStart;
  const names = seatCount > 0 && seatCount <= seatCountOfSection ? seatCount : 0;
  return (
    RESULT_FIXED_BYTES +
    2 * (reservationIdEnd - reservationIdStart) +
    (userIdEnd - userIdStart) +
    sectionBytes +
    names * seatNameBytes(sectionBytes, seatCountOfSection)
  );
}

/** The most bytes, key and value, that the slim status of a section can have. */
export const statusUpperBoundBytes = (keyBytes: number): number => STATUS_FIXED_BYTES + 2 * keyBytes;

/** The most bytes, key and value, that the full status of a section can have. */
export const fullStatusUpperBoundBytes = (section: string, seatCount: number): number =>
  fullStatusBound(Buffer.byteLength(section), seatCount);

export { sectionKey } from './section-key.js';
