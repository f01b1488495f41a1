import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { HttpRegistry } from '../../../src/registry/http-registry.js';
import { Learner } from '../../../src/registry/learner.js';
import { SchemaFile } from '../../../src/registry/schema-file.js';
import { schemas } from '../../../src/schemas.js';
import { slotFraming } from '../../support/fakes/framing.js';
import { MemoryLog } from '../../support/fakes/log.js';
import { FakeRegistry } from '../../support/fakes/registry.js';
import { slotSettings } from '../../support/fakes/settings.js';
import { FakeSlots } from '../../support/fakes/slots.js';
import { MemoryStores } from '../../support/fakes/stores.js';
import { temporaryFolder } from '../../support/temporary.js';

describe('Learner', () => {
  let fake: FakeRegistry;
  beforeEach(async () => {
    fake = await FakeRegistry.start();
  });
  afterEach(() => fake.stop());

  it('tells every slot what there is and what there is not, keeps what can be used, and goes on without a file', async () => {
    const log = new MemoryLog();
    const slots = new FakeSlots(slotSettings({ framing: slotFraming() }), new MemoryStores(), 3);
    const { signal } = new AbortController();
    const { url } = fake;
    const registry = new HttpRegistry({ url, timeoutMs: 2_000, username: '', password: '', token: '' });
    const folder = temporaryFolder('learner');
    const file = new SchemaFile(folder, url);
    const learner = new Learner({ registry, url, log, signal, slots, file });
    const known = fake.add('a-value', schemas.ReservationRequestedEvent as object);
    const odd = fake.add('b-value', { type: 'record', name: 'Odd', fields: [] }, { schemaType: 'JSON' });
    await learner.learn([known, odd, 99]);
    const told = slots.given('learn');
    assert.equal(told.length, 3);
    for (const { schemas: learnt } of told) {
      assert.deepEqual(
        learnt.map((one) => [one.id, 'code' in one ? one.code : 'text']).sort(),
        [
          [known, 'text'],
          [odd, 'incompatibleSchema'],
          [99, 'unknownSchema'],
        ].sort(),
      );
    }
    assert.deepEqual(
      log.entries.map(({ event, fields }) => [event, fields.schemas]),
      [
        ['schemaLearnt', 1],
        ['schemaRefused', 2],
      ],
    );
    assert.deepEqual(
      new SchemaFile(folder, url).read().learnt.map(({ id }) => id),
      [known],
    );
    rmSync(folder, { recursive: true });
    await learner.learn([known]);
    assert.equal(slots.given('learn').length, 6);
    assert.equal(log.of('schemasNotKept').length, 1);
  });
});
