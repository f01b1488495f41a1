import assert from 'node:assert/strict';
import { configSchema } from '../../../src/config/schema.js';
import { HttpRegistry } from '../../../src/registry/http-registry.js';
import { idsOf, ownSchemas } from '../../../src/registry/own-schemas.js';
import { schemas } from '../../../src/schemas.js';
import { FakeRegistry } from '../../support/fakes/registry.js';
import { asJavaHasIt, laterVersion } from '../../support/framing.js';

const config = (payload: 'count' | 'full' = 'count') =>
  configSchema.parse({ kafka: { client: { 'bootstrap.servers': 'a:1' } }, status: { payload } });

describe('the ids of our schemas', () => {
  let fake: FakeRegistry;
  beforeEach(async () => {
    fake = await FakeRegistry.start();
  });
  afterEach(() => fake.stop());

  const ids = (autoRegister: boolean, payload?: 'count' | 'full') => {
    const { registry } = config().avro;
    const settings = { ...registry, url: fake.url, autoRegister };
    return idsOf(new HttpRegistry(settings), ownSchemas(config(payload)), settings);
  };

  it('are those of the subjects <topic>-value, where they are registered', async () => {
    const registered = await ids(true);
    assert.deepEqual(
      [...fake.subjects.entries()],
      [
        ['section-init-value', [registered.init]],
        ['reservation-requests-value', [registered.requests]],
        ['reservation-completed-value', [registered.results]],
        ['section-status-value', [registered.status]],
      ],
    );
    assert.deepEqual(await ids(true), registered);
    assert.deepEqual(await ids(false), registered);
    const full = await ids(true, 'full');
    assert.equal(fake.schemas.get(full.status)?.text, JSON.stringify(schemas.SectionSeatState));
  });

  it('are looked up as what makes the same bytes; those of inputs may be missing, of outputs not', async () => {
    await assert.rejects(ids(false), { exitCode: 78, message: /no schema under reservation-completed-value/ });
    const results = fake.add('reservation-completed-value', asJavaHasIt(schemas.ReservationCompletedEvent));
    fake.add('section-status-value', laterVersion(schemas.SectionStatusEvent));
    await assert.rejects(ids(false), { exitCode: 78, message: /no schema under section-status-value.*autoRegister/ });
    const status = fake.add('section-status-value', asJavaHasIt(schemas.SectionStatusEvent));
    assert.deepEqual(await ids(false), { init: undefined, requests: undefined, results, status });
    assert.equal(fake.asked.filter((one) => one.endsWith('/versions')).length, 0, 'nothing was registered');
  });

  it('are refused for good (78): incompatible, not let in, no schema to the registry', async () => {
    const refusals = [
      {
        status: 409,
        body: '{"error_code":409,"message":"incompatible"}',
        message: /SectionInitCommand under section-init-value, for it is not compatible/,
      },
      { status: 401, body: '', message: /refuses this client: check avro\.registry's username/ },
      { status: 403, body: '', message: /refuses this client/ },
      {
        status: 422,
        body: '{"error_code":42201,"message":"no Avro"}',
        message: /refuses SectionInitCommand under section-init-value: .*no Avro/,
      },
    ];
    for (const { message, ...reply } of refusals) {
      fake.fault = () => reply;
      await assert.rejects(ids(true), { exitCode: 78, message });
    }
    fake.fault = () => ({ status: 503, body: '' });
    await assert.rejects(ids(true), { name: 'RegistryUnavailable' });
  });
});
