import assert from 'node:assert/strict';
import { HttpRegistry } from '../../../src/registry/http-registry.js';
import { lookUp } from '../../../src/registry/lookup.js';
import { schemas } from '../../../src/schemas.js';
import { MemoryLog } from '../../support/fakes/log.js';
import { FakeRegistry, notFound } from '../../support/fakes/registry.js';
import { until } from '../../support/fakes/steps.js';

describe('lookUp', () => {
  let fake: FakeRegistry;
  let log: MemoryLog;
  let ending: AbortController;
  beforeEach(async () => {
    fake = await FakeRegistry.start();
    log = new MemoryLog();
    ending = new AbortController();
  });
  afterEach(() => fake.stop());

  const look = (...ids: number[]) => {
    const { url } = fake;
    const registry = new HttpRegistry({ url, timeoutMs: 2_000, username: '', password: '', token: '' }, ending.signal);
    return lookUp(ids, { registry, url, log, signal: ending.signal });
  };

  it('brings what the registry says of many ids, with few requests at a time', async () => {
    const names = Array.from({ length: 30 }, (_, at) => ({ type: 'record', name: `R${at}`, fields: [] }));
    const ids = names.map((schema) => fake.add('s', schema));
    let open = 0;
    let most = 0;
    fake.fault = () => {
      open += 1;
      most = Math.max(most, open);
      setImmediate(() => {
        open -= 1;
      });
      return undefined;
    };
    const found = await look(...ids);
    assert.deepEqual([...(found?.keys() ?? [])].sort(), [...ids].sort());
    assert.ok(most <= 8, `${most} requests at a time`);
    assert.deepEqual(log.entries, []);
  });

  it('takes no for an answer when it was repeated: a follower may not have heard of the schema yet', async () => {
    const id = fake.add('s', schemas.SectionStatusEvent as object);
    let noes = 0;
    fake.fault = () => (noes++ < 2 ? notFound(40403) : undefined);
    assert.ok('text' in ((await look(id))?.get(id) ?? {}));
    noes = Number.NEGATIVE_INFINITY;
    fake.fault = () => notFound(40403);
    const none = (await look(99))?.get(99);
    assert.ok(none !== undefined && 'code' in none && none.code === 'unknownSchema');
  });

  it('waits for a registry that is away or refuses, and tells that it does, and that it is back', async () => {
    const id = fake.add('s', schemas.SectionStatusEvent as object);
    const replies = [
      { status: 503, body: '' },
      { status: 401, body: '' },
      { status: 404, body: 'not here' },
    ];
    fake.fault = () => replies.shift();
    assert.ok('text' in ((await look(id))?.get(id) ?? {}));
    assert.deepEqual(
      log.entries.map(({ level, event }) => `${level} ${event}`),
      ['warn registryUnavailable', 'info registryAvailable'],
    );
    assert.match(log.entries[0]?.sentence ?? '', /records wait for schemas that are not known yet; nothing is lost/);
  });

  it('is ended by its signal, whatever it waits for', async () => {
    for (const reply of ['hang', { status: 503, body: '' }] as const) {
      ending = new AbortController();
      fake.asked.length = 0;
      fake.fault = () => reply;
      const looked = look(1);
      await until(() => fake.asked.length > 0, 'the registry is asked');
      ending.abort();
      assert.equal(await looked, undefined);
    }
  });
});
