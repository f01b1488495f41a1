import assert from 'node:assert/strict';
import { InputTopic } from '../../src/frames.js';
import { schemas } from '../../src/schemas.js';
import type { LearnedSchema } from '../../src/slots/tasks.js';
import { Transcoder } from '../../workers/transcoder.js';
import { type Reading, Writers } from '../../workers/writers.js';

type Field = { name: string; type: unknown; default?: unknown };
const OURS = schemas.ReservationRequestedEvent as unknown as { fields: Field[]; namespace: string; name: string };
const { init, requests } = InputTopic;

/** Our schema of requests, with its fields changed. */
const changed = (change: (fields: Field[]) => Field[], more: object = {}): string =>
  JSON.stringify({ ...OURS, fields: change(structuredClone(OURS.fields)), ...more });

const reading = (text: string, topic: InputTopic = requests): Reading =>
  new Writers({ known: [{ id: 1, text }], mostIds: 10 }).reading(topic, 1);

const refused = (text: string, topic?: InputTopic): string => {
  const found = reading(text, topic);
  assert.ok(typeof found === 'object' && 'code' in found, 'it is refused');
  assert.equal(found.code, 'incompatibleSchema');
  return found.reason;
};

describe('Writers', () => {
  it('reads as they are values of a schema that differs from ours in nothing that makes bytes', () => {
    assert.equal(reading(JSON.stringify(OURS)), 'ours');
    assert.equal(reading(JSON.stringify(schemas.SectionInitCommand), init), 'ours');
    // As Java's generated classes register it.
    const java = JSON.stringify(OURS).replaceAll('"string"', '{"type":"string","avro.java.string":"String"}');
    assert.equal(reading(java), 'ours');
    const documented = changed((fields) => fields.map((field) => ({ ...field, doc: 'a', aliases: ['b'] })), {
      doc: 'c',
    });
    assert.equal(reading(documented), 'ours');
    const plainLong = changed((fields) =>
      fields.map((one) => (one.name === 'timestamp' ? { ...one, type: 'long' } : one)),
    );
    assert.equal(reading(plainLong), 'ours');
  });

  it('transcodes values of schemas that resolve to ours: fields more, in another order, narrower, defaults amiss', () => {
    const more = { name: 'channel', type: ['null', 'string'], default: 'neither' };
    for (const text of [
      changed((fields) => [...fields, more]),
      changed((fields) => fields.toReversed()),
      changed((fields) => fields.map((field) => (field.name === 'eventId' ? { ...field, type: 'int' } : field))),
      changed((fields) => fields, { namespace: 'com.example' }),
    ])
      assert.ok(reading(text) instanceof Transcoder, text);
  });

  it('refuses, with the reason, what does not resolve to ours', () => {
    assert.match(
      refused(changed((fields) => fields.slice(1))),
      /schema 1 can't be read as ReservationRequested.*reservationId/,
    );
    assert.match(refused(JSON.stringify(OURS), init), /can't be read as SectionInitCommand/);
    assert.match(refused('"string"'), /no record/);
    assert.match(refused('{'), /JSON/);
    assert.match(refused('{"type":"record"}'), /can't be read/);
    const nulls = { name: 'nulls', type: { type: 'array', items: 'null' } };
    assert.match(refused(changed((fields) => [...fields, nulls])), /without bytes/);
    const wide = changed((fields) => fields.map((one) => (one.name === 'seatCount' ? { ...one, type: 'long' } : one)));
    assert.match(refused(wide), /can't be read/);
  });

  it('passes on why the registry has none', () => {
    const schema: LearnedSchema = { id: 7, code: 'unknownSchema', reason: 'none' };
    assert.deepEqual(new Writers({ known: [schema], mostIds: 10 }).reading(requests, 7), schema);
  });

  it('forgets what it learnt beyond its limit, but neither what it began with nor what it learns', () => {
    const writers = new Writers({ known: [{ id: 1, text: JSON.stringify(OURS) }], mostIds: 4 });
    const none = (id: number): LearnedSchema => ({ id, code: 'unknownSchema', reason: 'none' });
    const known = (): number[] => [1, 2, 3, 4, 5, 6].filter((id) => writers.isKnown(id));
    writers.learn([none(2), none(3), none(4)]);
    assert.deepEqual(known(), [1, 2, 3, 4]);
    writers.learn([none(5), none(6)]);
    assert.deepEqual(known(), [1, 5, 6]);
    assert.equal(writers.reading(requests, 1), 'ours');
  });
});
