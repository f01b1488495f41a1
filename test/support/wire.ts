import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import avro from 'avsc';
import { projectRoot } from './kafka-jars.js';

/** Longs are BigInt here: event ids beyond 2^53 must come back as they went. */
const long = avro.types.LongType.__with({
  fromBuffer: (bytes: Buffer) => bytes.readBigInt64LE(),
  toBuffer: (value: bigint) => {
    const bytes = Buffer.allocUnsafe(8);
    bytes.writeBigInt64LE(value);
    return bytes;
  },
  fromJSON: (value: number) => BigInt(value),
  toJSON: (value: bigint) => Number(value),
  isValid: (value: unknown) => typeof value === 'bigint',
  compare: (one: bigint, other: bigint) => (one < other ? -1 : one > other ? 1 : 0),
});

export type Init = {
  eventId: bigint;
  section: string;
  rows: number;
  seatsPerRow: number;
  initialReserved: string[];
};
export type Request = {
  reservationId: string;
  eventId: bigint;
  section: string;
  seatCount: number;
  userId: string;
  timestamp: bigint;
};
export type Answer = {
  reservationId: string;
  eventId: bigint;
  userId: string;
  status: string;
  section: string;
  seatCount: number;
  allocatedSeats: string[];
  timestamp: bigint;
};
export type Status = { eventId: bigint; section: string; availableCount: number; timestamp: bigint };
export type FullStatus = {
  eventId: bigint;
  section: string;
  seatStatuses: Record<string, string>;
  availableCount: number;
};

export type Codec<T> = {
  /** The value as bare Avro binary. */
  encode(value: T): Buffer;
  /** Throws on bytes that are not exactly one value: too few, or more after it. */
  decode(bytes: Buffer): T;
};

/** The codec of one record, straight from its file in schemas/. */
function codec<T>(name: string): Codec<T> {
  const text = readFileSync(join(projectRoot, 'schemas', `${name}.avsc`), 'utf8');
  const schema = JSON.parse(text, withoutLogicalType) as avro.Schema;
  const type = avro.Type.forSchema(schema, { registry: { long } });
  return { encode: (value) => type.toBuffer(value), decode: (bytes) => type.fromBuffer(bytes) as T };
}

/** A logical type changes no byte, but avsc would not take the registry's long for it. */
function withoutLogicalType(_key: string, value: { type?: unknown; logicalType?: unknown } | null): unknown {
  return value?.logicalType === undefined ? value : value.type;
}

export const initCodec = codec<Init>('SectionInitCommand');
export const requestCodec = codec<Request>('ReservationRequestedEvent');
export const answerCodec = codec<Answer>('ReservationCompletedEvent');
export const statusCodec = codec<Status>('SectionStatusEvent');
export const fullStatusCodec = codec<FullStatus>('SectionSeatState');

/** The key of both inputs and of the status: `eventId-section`. */
export const sectionKey = (value: { eventId: bigint; section: string }): string => `${value.eventId}-${value.section}`;
