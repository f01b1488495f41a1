import assert from 'node:assert/strict';
import { InputTopic } from '../../src/frames.js';
import { framed } from '../../src/registry/header.js';
import type { SlotSettings } from '../../src/slots/settings.js';
import { behindHeader, ids, newer, newerRequest, slotFraming, withHeader } from '../support/fakes/framing.js';
import { initRecord, rawRecord, readFrames, requestRecord } from '../support/fakes/records.js';
import { slotSettings } from '../support/fakes/settings.js';
import { openedSlot, type Processed, processOnce } from '../support/fakes/slot-driver.js';
import { answerCodec, fullStatusCodec, statusCodec } from '../support/wire.js';

const NEWER = 77;
const settings = (more: Partial<SlotSettings> = {}): SlotSettings => slotSettings({ framing: slotFraming(), ...more });
const buried = (batch: Processed): string[] =>
  readFrames(batch.deadLetters).map(({ headers }) => `${headers['error.code']}: ${headers['error.message']}`);
const init = initRecord({ seatsPerRow: 20 }, { offset: 0 });
const request = (offset: number) => requestRecord({ seatCount: 2 }, { offset });

describe('avro.framing: confluent in a slot', () => {
  it('reads what is behind the header, and puts the ids of our schemas before answers and statuses', async () => {
    const batch = await processOnce(settings(), withHeader(init), withHeader(request(0)));
    const [answer] = readFrames(batch.results);
    const { status, allocatedSeats } = answerCodec.decode(behindHeader(answer?.value ?? null, ids.results));
    assert.deepEqual([status, allocatedSeats], ['CONFIRMED', ['A-1', 'A-2']]);
    const [told] = readFrames(batch.statuses);
    assert.equal(statusCodec.decode(behindHeader(told?.value ?? null, ids.status)).availableCount, 18);
    const full = await processOnce(settings({ payload: 'full' }), withHeader(init));
    const [map] = readFrames(full.statuses);
    assert.equal(fullStatusCodec.decode(behindHeader(map?.value ?? null, ids.status)).availableCount, 20);
  });

  it('leaves images and dead letters as they are without it', async () => {
    const odd = rawRecord(InputTopic.requests, 0, framed(ids.requests, Buffer.of(1, 2, 3)));
    const framedBatch = await processOnce(settings(), withHeader(init), odd);
    const bareBatch = await processOnce(slotSettings(), init, rawRecord(InputTopic.requests, 0, Buffer.of(1, 2, 3)));
    const images = (batch: Processed): unknown => readFrames(batch.images);
    assert.deepEqual(images(framedBatch), images(bareBatch));
    assert.deepEqual(buried(framedBatch), buried(bareBatch));
    assert.deepEqual(readFrames(framedBatch.deadLetters)[0]?.value, odd.value);
  });

  it('tells schemas that it does not know before it does anything, and carries the same batch out once it learnt them', async () => {
    const slot = await openedSlot(settings({ emit: 'every' }));
    await slot.process(withHeader(init));
    const records = [
      withHeader(request(0)),
      newer(request(1), NEWER),
      withHeader(request(2), 5),
      withHeader(request(3)),
    ];
    const before = await slot.process(...records);
    assert.deepEqual(before.unknownSchemaIds, [NEWER, 5]);
    assert.deepEqual(
      [before.results, before.statuses, before.images, before.deadLetters].map(({ count }) => count),
      [0, 0, 0, 0],
    );
    assert.equal(before.counts.messages, 0);
    await slot.run({
      kind: 'learn',
      schemas: [
        { id: NEWER, text: JSON.stringify(newerRequest) },
        { id: 5, code: 'unknownSchema', reason: 'there is none' },
      ],
    });
    const after = await slot.process(...records);
    assert.deepEqual(after.unknownSchemaIds, []);
    const seats = readFrames(after.statuses).map(({ value }) => statusCodec.decode(behindHeader(value, ids.status)));
    assert.deepEqual(
      seats.map(({ availableCount }) => availableCount),
      [18, 16, 14],
    );
    assert.deepEqual(buried(after), ['unknownSchema: there is none']);
  });

  it('makes dead letters of values without a header, of cut ones, and of ones whose schema is another topic’s', async () => {
    const odd = [
      Buffer.alloc(0),
      Buffer.of(0, 0, 0, 0),
      Buffer.of(1, 0, 0, 0, ids.requests, 2),
      Buffer.of(0, 255, 0, 0, 1, 2),
    ];
    const batch = await processOnce(
      settings(),
      ...odd.map((value, offset) => rawRecord(InputTopic.requests, offset, value)),
      rawRecord(InputTopic.requests, 4, framed(ids.requests, Buffer.alloc(0))),
      withHeader(request(5), ids.init),
    );
    assert.deepEqual(
      buried(batch).map((line) => line.replace(/^(incompatibleSchema).*as (\w+):.*$/, '$1 $2')),
      [
        ...odd.map(() => 'undecodable: the value has no header of a schema registry'),
        'undecodable: reservationId runs past the end',
        'incompatibleSchema ReservationRequestedEvent',
      ],
    );
  });

  it('makes a dead letter of a value of a foreign schema that is cut, or goes on', async () => {
    const framing = { ...slotFraming(), known: [{ id: NEWER, text: JSON.stringify(newerRequest) }] };
    const { value } = newer(request(0), NEWER);
    assert.ok(value !== null);
    const batch = await processOnce(
      slotSettings({ framing }),
      rawRecord(InputTopic.requests, 0, value.subarray(0, -1)),
      rawRecord(InputTopic.requests, 1, Buffer.concat([value, Buffer.of(0)])),
      rawRecord(InputTopic.requests, 2, value),
    );
    assert.deepEqual(buried(batch), [
      'undecodable: timestamp runs past the end',
      'undecodable: 1 bytes follow the value',
    ]);
    assert.equal(batch.counts.requests, 1);
  });

  it('keeps longs of 64 bits across schemas', async () => {
    const eventId = 2n ** 62n + 1n;
    const text = JSON.stringify(newerRequest).replace('"string","default":"web"', '"long","default":3');
    const framing = { ...slotFraming(['init']), known: [...slotFraming(['init']).known, { id: NEWER, text }] };
    const { value } = requestRecord({ eventId }, { offset: 0 });
    const batch = await processOnce(
      slotSettings({ framing }),
      withHeader(initRecord({ eventId }, { offset: 0 })),
      rawRecord(InputTopic.requests, 0, framed(NEWER, Buffer.concat([Buffer.of(6), value ?? Buffer.alloc(0)]))),
    );
    const [answer] = readFrames(batch.results);
    assert.equal(answerCodec.decode(behindHeader(answer?.value ?? null, ids.results)).eventId, eventId);
  });

  it('knows what fits limits.messageBytes, header included', async () => {
    const limits = { messageBytes: 1_000 };
    const userId = 'u'.repeat(1_200);
    const most = async (framing: SlotSettings['framing'], length: number): Promise<number> => {
      const asked = requestRecord({ userId: userId.slice(0, length), section: 'none' }, { offset: 0 });
      const record = framing === undefined ? asked : withHeader(asked);
      return (await processOnce(slotSettings({ framing, limits }), record)).counts.requests;
    };
    let longest = 0;
    while ((await most(undefined, longest + 1)) === 1) longest += 1;
    assert.ok(longest > 0 && longest < userId.length);
    assert.equal(await most(slotFraming(), longest - 5), 1);
    assert.equal(await most(slotFraming(), longest - 4), 0);
  });
});
