import { default as avro, type Schema, type Type } from 'avsc';
import { type SchemaName, schemas } from '../src/schemas.js';

/** An Avro long: a number while it is a safe integer, else a bigint. */
export type Long = number | bigint;

/** A value of the requests topic. */
export type ReservationRequest = {
  readonly reservationId: string;
  readonly eventId: Long;
  readonly section: string;
  /** Signed 32 bits, nothing else is known of it. */
  readonly seatCount: number;
  readonly userId: string;
  /** Milliseconds since the epoch, as the client says; nothing is decided by it. */
  readonly timestamp: Long;
};

/** A value of the init topic. */
export type SectionInit = {
  readonly eventId: Long;
  readonly section: string;
  /** Signed 32 bits, nothing else is known of it. */
  readonly rows: number;
  /** Signed 32 bits, nothing else is known of it. */
  readonly seatsPerRow: number;
  /** Seat names, as received. */
  readonly initialReserved: readonly string[];
};

/** A value of the results topic. */
export type ReservationResult = {
  readonly reservationId: string;
  readonly eventId: Long;
  readonly userId: string;
  readonly status: 'CONFIRMED' | 'REJECTED';
  readonly section: string;
  /** As requested. */
  readonly seatCount: number;
  readonly allocatedSeats: readonly string[];
  /** Milliseconds since the epoch: the record timestamp of the request. */
  readonly timestamp: Long;
};

/** A value of the status topic (`status.payload: count`). */
export type SectionStatus = {
  readonly eventId: Long;
  readonly section: string;
  readonly availableCount: number;
  /** Milliseconds since the epoch: the record timestamp of the input that caused it. */
  readonly timestamp: Long;
};

const MIN_LONG = -(2n ** 63n);
const MAX_LONG = 2n ** 63n - 1n;

const isLong = (value: unknown): value is Long =>
  typeof value === 'bigint' ? value >= MIN_LONG && value <= MAX_LONG : Number.isSafeInteger(value);

/** The long type of the wide variants: exact for all 64 bits; reads a safe integer as a number. */
const wideLong = avro.types.LongType.__with({
  fromBuffer: (bytes: Buffer): Long => {
    const value = bytes.readBigInt64LE();
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : value;
  },
  toBuffer: (value: Long): Buffer => {
    const bytes = Buffer.allocUnsafe(8);
    bytes.writeBigInt64LE(BigInt(value));
    return bytes;
  },
  fromJSON: (value: Long): Long => value,
  toJSON: (value: Long): Long => value,
  isValid: isLong,
  compare: (a: Long, b: Long): number => (a === b ? 0 : a < b ? -1 : 1),
});

const isLongSchema = (schema: Schema): boolean =>
  schema === 'long' || (typeof schema === 'object' && 'type' in schema && schema.type === 'long');

/** Has avsc read and write longs by the wide type. */
export const wideLongs = (schema: Schema): Type | undefined => (isLongSchema(schema) ? wideLong : undefined);

/** One schema, compiled twice. */
export type RecordType = {
  /** Longs as numbers. avsc gets those below −2^52 wrong without a word, so only for longs that are {@link isPlain}. */
  readonly plain: Type;
  /** Longs as numbers or bigints; slower. */
  readonly wide: Type;
};

/** Whether avsc's own long type handles the value exactly: its arithmetic doubles it, in a double. */
export const isPlain = (value: Long): value is number =>
  typeof value === 'number' && value >= -(2 ** 52) && value <= 2 ** 52;

/** Compiles a schema with longs as numbers or bigints. */
export const compileWide = (schema: Schema): Type =>
  avro.Type.forSchema(schema, { omitRecordMethods: true, typeHook: wideLongs });

/** Compiles a schema of the wire contract, once per thread. */
export const compile = (name: SchemaName): RecordType => ({
  plain: avro.Type.forSchema(schemas[name], { omitRecordMethods: true }),
  wide: compileWide(schemas[name]),
});
