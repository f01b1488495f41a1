import assert from 'node:assert/strict';
import { Readable, Writable } from 'node:stream';
import { default as avro } from 'avsc';
import { exportSections } from '../../../src/state/export.js';
import { allEntries, isDamaged, type StoredSection } from '../../../src/state/sections.js';
import { StateFolder } from '../../../src/state/state-folder.js';
import { madeState } from '../../support/fakes/state.js';

const expected = [
  {
    ...{ eventId: 1, section: 'A', partition: 0, rows: 2, seatsPerRow: 3, total: 6, available: 4, sold: 0 },
    ...{ initiallyReserved: 2, initPosition: 2, requestsPosition: 0, lastTimestampMs: 1_000, taken: [2, 6] },
  },
  {
    ...{ eventId: 1, section: 'Süd-1', partition: 0, rows: 1, seatsPerRow: 1, total: 1, available: 1, sold: 0 },
    ...{ initiallyReserved: 0, initPosition: 2, requestsPosition: 0, lastTimestampMs: 1_001, taken: [] },
  },
];

describe('the export of the state', () => {
  let sections: StoredSection[];
  before(async () => {
    const { config } = await madeState({
      0: [
        { section: 'A', rows: 2, seatsPerRow: 3, initialReserved: ['A-2', 'A-6'] },
        { section: 'Süd-1', rows: 1, seatsPerRow: 1 },
      ],
      1: [{ eventId: 2n ** 62n, section: 'far', rows: 0, seatsPerRow: 0 }],
    });
    const state = await StateFolder.open(config);
    sections = [...allEntries(state)].flatMap((entry) => (isDamaged(entry) ? [] : [entry]));
    await state.close();
  });

  async function exported(format: 'jsonl' | 'avro'): Promise<Buffer> {
    const chunks: Buffer[] = [];
    const target = new Writable({
      write: (chunk: Buffer, _encoding, done) => {
        chunks.push(chunk);
        done();
      },
    });
    await exportSections(sections, format, target);
    return Buffer.concat(chunks);
  }

  it('as JSON has an object a line, with the numbers of the seats taken', async () => {
    const lines = (await exported('jsonl')).toString().trimEnd().split('\n');
    const [first, second, far] = lines.map((line) => JSON.parse(line));
    assert.deepEqual([first, second], expected);
    assert.deepEqual([far.eventId, far.total, far.taken], [String(2n ** 62n), 0, []]);
  });

  it('as Avro is a container file that carries its schema and is read without ours', async () => {
    const bytes = await exported('avro');
    const decoder = new avro.streams.BlockDecoder({
      parseHook: (schema) =>
        avro.Type.forSchema(schema, {
          typeHook: (one) =>
            one === 'long' || (typeof one === 'object' && 'type' in one && one.type === 'long')
              ? avro.types.LongType.__with({
                  ...{ fromBuffer: (buffer: Buffer) => buffer.readBigInt64LE(), toBuffer: () => Buffer.alloc(8) },
                  ...{ fromJSON: BigInt, toJSON: Number, isValid: () => true, compare: () => 0 },
                })
              : undefined,
        }),
    });
    const read: Record<string, unknown>[] = [];
    for await (const record of Readable.from([bytes]).pipe(decoder)) read.push({ ...record });
    const asNumbers = (record: Record<string, unknown>) =>
      Object.fromEntries(
        Object.entries(record).map(([name, value]) => [name, typeof value === 'bigint' ? Number(value) : value]),
      );
    assert.deepEqual(read.slice(0, 2).map(asNumbers), expected);
    assert.equal(read[2]?.eventId, 2n ** 62n);
    assert.equal(read.length, 3);
  });
});
