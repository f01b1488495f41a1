import assert from 'node:assert/strict';
import { codecOf, registryCodec } from '../../../src/client/registry-codec.js';
import { RegistryStatusDecoder } from '../../../src/client/registry-status-decoder.js';
import { configSchema } from '../../../src/config/schema.js';
import { framed, schemaIdAt } from '../../../src/registry/header.js';
import { schemas } from '../../../src/schemas.js';
import { FakeRegistry } from '../../support/fakes/registry.js';
import { asJavaHasIt } from '../../support/framing.js';
import { answerCodec, fullStatusCodec, initCodec, statusCodec } from '../../support/wire.js';

describe('a client of framed topics', () => {
  let fake: FakeRegistry;
  beforeEach(async () => {
    fake = await FakeRegistry.start();
  });
  afterEach(() => fake.stop());

  it('tells slim counts and full maps apart by their schemas’ ids, and asks for each once', async () => {
    const slim = fake.add('s-value', asJavaHasIt(schemas.SectionStatusEvent));
    const full = fake.add('s-value', schemas.SectionSeatState as object);
    const other = fake.add('s-value', schemas.SectionInitCommand as object);
    const decoder = new RegistryStatusDecoder({ url: fake.url });
    const status = statusCodec.encode({ eventId: 1n, section: 'A', availableCount: 7, timestamp: 5n });
    const map = fullStatusCodec.encode({
      eventId: 1n,
      section: 'B',
      seatStatuses: { 'B-1': 'AVAILABLE' },
      availableCount: 1,
    });
    for (let round = 0; round < 3; round += 1) {
      assert.deepEqual(await decoder.decode(framed(slim, status), 9), {
        ...{ eventId: 1, section: 'A', availableCount: 7, timestampMs: 5 },
      });
      assert.deepEqual(await decoder.decode(framed(full, map), 9), {
        ...{ eventId: 1, section: 'B', availableCount: 1, timestampMs: 9 },
      });
    }
    assert.equal(fake.asked.length, 2);
    assert.ok(!(decoder.decode(framed(slim, status), 9) instanceof Promise), 'what is known is read at once');
    await assert.rejects(
      async () => decoder.decode(framed(other, status), 9),
      /none of SectionStatusEvent, SectionSeatState/,
    );
    assert.throws(() => decoder.decode(Buffer.of(1, 2), 9), /no header/);
    assert.throws(() => decoder.decode(framed(slim, status.subarray(1)), 9));
    fake.fault = () => ({ status: 503, body: '' });
    const late = fake.add('s-value', { ...(schemas.SectionStatusEvent as object), doc: 'of a later writer' });
    const delayed = decoder.decode(framed(late, status), 9) as Promise<unknown>;
    while (decoder.problem === undefined) await new Promise((resolve) => setTimeout(resolve, 5));
    assert.match(decoder.problem, /the schema registry is not available, and records wait/);
    fake.fault = () => undefined;
    await delayed;
    assert.equal(decoder.problem, undefined);
    fake.fault = () => 'hang';
    const waiting = decoder.decode(framed(12_345, status), 9) as Promise<unknown>;
    decoder.close();
    await assert.rejects(waiting, /closed/);
  });

  it('writes commands and requests under our ids, and reads answers', async () => {
    const config = configSchema.parse({
      kafka: { client: { 'bootstrap.servers': 'a:1' } },
      avro: { framing: 'confluent', registry: { url: fake.url, timeoutMs: 500 } },
    });
    const codec = codecOf(config);
    const init = { eventId: 1, section: 'A', rows: 1, seatsPerRow: 2, initialReserved: ['A-1'] };
    const value = await codec.encodeInit(init);
    const id = schemaIdAt(new DataView(value.buffer, value.byteOffset, value.length), 0, value.length);
    assert.deepEqual(fake.subjects.get('section-init-value'), [id]);
    assert.deepEqual({ ...initCodec.decode(value.subarray(5)) }, { ...init, eventId: 1n });
    const answer = {
      ...{ reservationId: 'r', eventId: 1n, userId: 'u', status: 'CONFIRMED', section: 'A', seatCount: 1 },
      ...{ allocatedSeats: ['A-2'], timestamp: 5n },
    };
    const results = fake.add('reservation-completed-value', asJavaHasIt(schemas.ReservationCompletedEvent));
    const read = await codec.decodeResult(framed(results, answerCodec.encode(answer)));
    assert.deepEqual([read.reservationId, read.allocatedSeats], ['r', ['A-2']]);
    fake.fault = () => ({ status: 503, body: '' });
    const request = { reservationId: 'r', eventId: 1, section: 'A', seatCount: 1, userId: 'u', timestamp: 5 };
    await assert.rejects(async () => codec.encodeRequest(request), { exitCode: 75, message: /is not available/ });
    fake.fault = () => undefined;
    const asked = await codec.encodeRequest(request);
    assert.ok(asked.length > 5, 'a registry that is back is asked again');
    assert.deepEqual(await registryCodec({ url: fake.url }).encodeRequest(request), asked);
  });
});
