import { compile } from './avro.js';
import { viewOf } from './bytes.js';
import { skipText } from './text.js';
import { bytesFollow, reasonOf } from './undecodable.js';
import { isPadded, readInt, skipInt, skipLong } from './varint.js';

const noBytes = new DataView(new ArrayBuffer(0));

/**
 * A request, read in place: where its fields lie in `view`. Most of them go into the answer as the bytes they are, so
 * no text is made of them. One reader serves all requests of a batch.
 */
export class RequestReader {
  /** The bytes that the positions below are of. */
  view: DataView = noBytes;
  /** reservationId and eventId, the answer's first two fields, begin here. */
  start = 0;
  /** The text of reservationId, behind its length. */
  reservationIdStart = 0;
  reservationIdEnd = 0;
  /** eventId and section, the section's identity. */
  identityStart = 0;
  sectionAt = 0;
  /** The section's name, behind its length. */
  sectionStart = 0;
  sectionEnd = 0;
  seatCountEnd = 0;
  /** Signed 32 bits, nothing else is known of it. */
  seatCount = 0;
  /** The text of userId, behind its length, which begins at `seatCountEnd`. */
  userIdStart = 0;
  userIdEnd = 0;
  private hasPadding = false;

  /**
   * Reads bytes [start, end) as a request (bare Avro), and nothing beyond them; afterwards every number is in its
   * shortest form. Returns undefined, or why they are not exactly one request.
   */
  read(view: DataView, start: number, end: number): string | undefined {
    const reason = this.walk(view, start, end);
    if (reason !== undefined || !this.hasPadding) return reason;
    const shortest = shortestForm(view, start, end);
    return this.walk(shortest, 0, shortest.byteLength);
  }

  private walk(view: DataView, start: number, end: number): string | undefined {
    this.view = view;
    this.start = start;
    const reservationIdStart = skipLong(view, start, end);
    if (reservationIdStart < 0) return reasonOf('reservationId', reservationIdStart);
    const reservationIdEnd = skipText(view, start, reservationIdStart, end);
    if (reservationIdEnd < 0) return reasonOf('reservationId', reservationIdEnd);
    const sectionAt = skipLong(view, reservationIdEnd, end);
    if (sectionAt < 0) return reasonOf('eventId', sectionAt);
    const sectionStart = skipLong(view, sectionAt, end);
    if (sectionStart < 0) return reasonOf('section', sectionStart);
    const sectionEnd = skipText(view, sectionAt, sectionStart, end);
    if (sectionEnd < 0) return reasonOf('section', sectionEnd);
    const seatCountEnd = skipInt(view, sectionEnd, end);
    if (seatCountEnd < 0) return reasonOf('seatCount', seatCountEnd);
    const userIdStart = skipLong(view, seatCountEnd, end);
    if (userIdStart < 0) return reasonOf('userId', userIdStart);
    const userIdEnd = skipText(view, seatCountEnd, userIdStart, end);
    if (userIdEnd < 0) return reasonOf('userId', userIdEnd);
    const timestampEnd = skipLong(view, userIdEnd, end);
    if (timestampEnd < 0) return reasonOf('timestamp', timestampEnd);
    if (timestampEnd !== end) return bytesFollow(end - timestampEnd);
    this.reservationIdStart = reservationIdStart;
    this.reservationIdEnd = reservationIdEnd;
    this.identityStart = reservationIdEnd;
    this.sectionAt = sectionAt;
    this.sectionStart = sectionStart;
    this.sectionEnd = sectionEnd;
    this.seatCountEnd = seatCountEnd;
    this.seatCount = readInt(view, sectionEnd, seatCountEnd);
    this.userIdStart = userIdStart;
    this.userIdEnd = userIdEnd;
    this.hasPadding =
      isPadded(view, start, reservationIdStart) ||
      isPadded(view, reservationIdEnd, sectionAt) ||
      isPadded(view, sectionAt, sectionStart) ||
      isPadded(view, sectionEnd, seatCountEnd) ||
      isPadded(view, seatCountEnd, userIdStart);
    return undefined;
  }
}

const REQUEST = compile('ReservationRequestedEvent').wide;

/** Avro allows a number more bytes than it needs; what is copied and compared must be what an encoder writes. */
function shortestForm(view: DataView, start: number, end: number): DataView {
  const bytes = Buffer.from(view.buffer, view.byteOffset + start, end - start);
  return viewOf(REQUEST.toBuffer(REQUEST.fromBuffer(bytes)));
}
