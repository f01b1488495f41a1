import avro from 'avsc';
import { schemas } from '../../src/schemas.js';
import { viewOf } from '../../workers/bytes.js';
import { fullStatusUpperBoundBytes, writeStatus } from '../../workers/encode.js';
import { writeFullStatus } from '../../workers/full-status.js';
import { SeatMap } from '../../workers/seat-map.js';
import { SectionKey } from '../../workers/section-key.js';

/** A way to write a section's status; returns the value's bytes. */
export type Encoder = { readonly name: string; readonly encode: () => number };

const eventId = 1;
const section = 'Balcony';
const timestampMs = 1_763_800_000_000;

/** Half of the seats are sold, every other one. */
function halfSold(seatCount: number): SeatMap {
  const reserved = Array.from({ length: Math.floor(seatCount / 2) }, (_, index) => 2 * index);
  return SeatMap.create(seatCount / 50, 50, reserved);
}

/** The daemon's own writers, straight into a batch's buffer. */
export function daemonEncoders(seatCount: number): { readonly slim: Encoder; readonly full: Encoder } {
  const key = new SectionKey(eventId, section);
  const map = halfSold(seatCount);
  const target = viewOf(Buffer.allocUnsafeSlow(fullStatusUpperBoundBytes(section, seatCount)));
  return {
    slim: {
      name: 'slim, written by the daemon',
      encode: () => writeStatus(key, map.available, timestampMs, target, 0),
    },
    full: { name: 'full map, written by the daemon', encode: () => writeFullStatus(key, map, target, 0) },
  };
}

/** A generic Avro library's: an object with a string for each seat, as the replaced system has it, through avsc. */
export function genericEncoders(seatCount: number): { readonly slim: Encoder; readonly full: Encoder } {
  const slimType = avro.Type.forSchema(schemas.SectionStatusEvent);
  const fullType = avro.Type.forSchema(schemas.SectionSeatState);
  const seats = Array.from({ length: seatCount }, (_, index): [string, string] => [
    `${section}-${index + 1}`,
    index % 2 === 0 ? 'RESERVED' : 'AVAILABLE',
  ]);
  const availableCount = seatCount - Math.floor(seatCount / 2);
  const slim = { eventId, section, availableCount, timestamp: timestampMs };
  const full = { eventId, section, seatStatuses: Object.fromEntries(seats), availableCount };
  return {
    slim: { name: 'slim, by avsc from an object', encode: () => slimType.toBuffer(slim).length },
    full: { name: 'full map, by avsc from an object', encode: () => fullType.toBuffer(full).length },
  };
}
