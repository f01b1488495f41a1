import assert from 'node:assert/strict';
import avro, { type Schema } from 'avsc';
import { InputTopic } from '../../../src/frames.js';
import { framed, HEADER_BYTES, schemaIdAt } from '../../../src/registry/header.js';
import { schemas } from '../../../src/schemas.js';
import type { SlotFraming } from '../../../src/slots/settings.js';
import { viewOf } from '../../../workers/bytes.js';
import { type Request, requestCodec } from '../wire.js';
import { FakeKafka } from './kafka.js';
import type { InputRecord } from './records.js';

export const ids = { init: 11, requests: 12, results: 13, status: 14 };

/** As a slot begins with it: it knows our own schemas, but for those left out. */
export const slotFraming = (known: readonly ('init' | 'requests')[] = ['init', 'requests']): SlotFraming => ({
  resultsId: ids.results,
  statusId: ids.status,
  known: known.map((use) => ({
    id: ids[use],
    text: JSON.stringify(use === 'init' ? schemas.SectionInitCommand : schemas.ReservationRequestedEvent),
  })),
  mostIds: 100,
});

/** A record with a header before its value: our own schema's, unless it says another. */
export const withHeader = (record: InputRecord, id?: number): InputRecord => ({
  ...record,
  value: record.value && framed(id ?? (record.topic === InputTopic.init ? ids.init : ids.requests), record.value),
});

type Field = { readonly name: string; readonly type: unknown; readonly default?: unknown };
const { fields, ...rest } = schemas.ReservationRequestedEvent as unknown as {
  fields: Field[];
  type: 'record';
  name: string;
};

/** The schema of requests with a field more, as its next version has it: a writer of it is ahead of us. */
export const newerRequest = { ...rest, fields: [{ name: 'channel', type: 'string', default: 'web' }, ...fields] };
const newerType = avro.Type.forSchema(newerRequest as Schema);

/** A request's record, as a writer of the newer schema has it. */
export function newer(record: InputRecord, id: number): InputRecord {
  const request: Request = requestCodec.decode(record.value ?? Buffer.alloc(0));
  const { eventId, timestamp } = request;
  const value = { ...request, eventId: Number(eventId), timestamp: Number(timestamp), channel: 'a channel' };
  return { ...record, value: framed(id, newerType.toBuffer(value)) };
}

/** The value behind a header, which must bear this id. */
export function behindHeader(value: Buffer | null, id: number): Buffer {
  assert.ok(value !== null);
  assert.equal(schemaIdAt(viewOf(value), 0, value.length), id);
  return value.subarray(HEADER_BYTES);
}

/** What was produced, without headers, beside inputs as they were before they got theirs: as the model's judge wants it. */
export function unframed(kafka: FakeKafka, inputs: readonly InputRecord[]): FakeKafka {
  const bare = new FakeKafka();
  bare.add(...inputs);
  for (const output of kafka.outputs) {
    const id = output.to === 'results' ? ids.results : output.to === 'status' ? ids.status : undefined;
    bare.outputs.push(id === undefined ? output : { ...output, value: behindHeader(output.value, id) });
  }
  return bare;
}
