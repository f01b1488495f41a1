import avro, { type Schema, type Type } from 'avsc';
import { framed, HEADER_BYTES, schemaIdAt } from '../../src/registry/header.js';
import type { KafkaRecord } from './kafka-client.js';
import type { NewRecord } from './produce.js';
import type { TopicRecords } from './read.js';
import { type Request, requestCodec } from './wire.js';

/** A record with the header of a schema registry before its value. */
export const withHeader = (record: NewRecord, id: number): NewRecord => ({
  ...record,
  value: record.value && framed(id, record.value),
});

/** The id in a value's header; −1 without one. */
export const idOf = ({ value }: KafkaRecord): number =>
  value === null ? -1 : schemaIdAt(new DataView(value.buffer, value.byteOffset, value.length), 0, value.length);

/** Records without their headers. Values of writers other than ours are given to `reader` by the header's id. */
export const withoutHeaders = (
  records: TopicRecords,
  readers: ReadonlyMap<number, (value: Buffer) => Buffer> = new Map(),
): TopicRecords =>
  records.map((partition) =>
    partition.map((record) => {
      const value = record.value?.subarray(HEADER_BYTES) ?? null;
      return { ...record, value: value && (readers.get(idOf(record))?.(value) ?? value) };
    }),
  );

type Field = { readonly name: string; readonly type: unknown; readonly default?: unknown };
type RecordSchema = { readonly type: 'record'; readonly name: string; readonly fields: readonly Field[] };

/** A later version of a schema: two more fields, one of them first, with defaults. */
export function laterVersion(schema: Schema): RecordSchema {
  const { fields, ...rest } = schema as unknown as RecordSchema;
  const channel = { name: 'channel', type: 'string', default: 'web' };
  const tags = { name: 'tags', type: { type: 'array', items: ['null', 'string'] }, default: [] };
  return { ...rest, fields: [channel, ...fields, tags] };
}

/** A schema as Java's generated classes register it: the same bytes, another text. */
export const asJavaHasIt = (schema: Schema): object =>
  JSON.parse(JSON.stringify(schema).replaceAll('"string"', '{"type":"string","avro.java.string":"String"}')) as object;

/** What writes requests by the later version of their schema, and reads them as the first version has them. */
export class LaterRequests {
  private readonly type: Type;

  constructor(readonly schema: object) {
    this.type = avro.Type.forSchema(schema as Schema);
  }

  encode(request: Request): Buffer {
    const { eventId, timestamp } = request;
    const more = { channel: 'kiosk' };
    const plain = { ...request, eventId: Number(eventId), timestamp: Number(timestamp) };
    return this.type.toBuffer({ ...plain, ...more, tags: [null, 'group'] });
  }

  readonly asFirst = (value: Buffer): Buffer => {
    const { channel, tags, ...request } = this.type.fromBuffer(value) as Request & { channel: string; tags: unknown };
    return requestCodec.encode({
      ...request,
      ...{ eventId: BigInt(request.eventId), timestamp: BigInt(request.timestamp) },
    });
  };
}
