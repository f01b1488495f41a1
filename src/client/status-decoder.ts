import { compileWide, type SectionStatus } from '../../workers/avro.js';
import { schemas } from '../schemas.js';
import { decodeStatus } from './records.js';
import type { SectionCount } from './section-count.js';

/** What a value of the status topic is: the slim count, or the replaced system's map with every seat (`status.payload`). */
export type StatusPayload = 'count' | 'full';

/**
 * Reads the values of the status topic. A decoder that has to ask for a writer's schema returns a promise; the records
 * behind it wait, so their order stays.
 */
export interface StatusDecoder {
  /**
   * @param value of one record; tombstones have none and are not decoded
   * @param recordTimestampMs milliseconds since the epoch, for payloads without a timestamp of their own
   * @throws Error when the bytes are no status
   */
  decode(value: Buffer, recordTimestampMs: number): SectionCount | Promise<SectionCount>;
  /** Why a promise of `decode` waits at the moment, in a sentence; undefined while nothing is wrong. */
  readonly problem?: string | undefined;
}

/** Reads bare Avro: `count` a SectionStatusEvent, `full` a SectionSeatState. */
export const bareDecoder = (payload: StatusPayload): StatusDecoder =>
  payload === 'count' ? { decode: decodeCount } : fullMapDecoder();

const mostSeats = 2 ** 31 - 1;

/**
 * While a topic is migrated a value may be of the other payload. Nearly always it is too short or too long then; but a slim
 * status of a section that is sold out reads as a full map without seats, with its timestamp as the count.
 */
function assertCount(availableCount: number): void {
  if (availableCount < 0 || availableCount > mostSeats) throw new Error(`${availableCount} is no number of seats`);
}

function decodeCount(value: Buffer): SectionCount {
  const { eventId, section, availableCount, timestamp } = decodeStatus(value);
  assertCount(availableCount);
  return { eventId, section, availableCount, timestampMs: Number(timestamp) };
}

/** Reads what a count needs of the full map and passes over its seats. */
function fullMapDecoder(): StatusDecoder {
  const writer = compileWide(schemas.SectionSeatState);
  const reader = compileWide({
    type: 'record',
    name: 'SectionSeatState',
    namespace: 'com.keer.ticketmaster.avro',
    fields: [
      { name: 'eventId', type: 'long' },
      { name: 'section', type: 'string' },
      { name: 'availableCount', type: 'int' },
    ],
  });
  const resolver = reader.createResolver(writer);
  return {
    decode: (value, timestampMs) => {
      const state = reader.fromBuffer(value, resolver) as Omit<SectionStatus, 'timestamp'>;
      assertCount(state.availableCount);
      return { eventId: state.eventId, section: state.section, availableCount: state.availableCount, timestampMs };
    },
  };
}
