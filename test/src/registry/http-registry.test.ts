import assert from 'node:assert/strict';
import { HttpRegistry } from '../../../src/registry/http-registry.js';
import { RegistryRefusal, RegistryUnavailable } from '../../../src/registry/registry.js';
import { schemas } from '../../../src/schemas.js';
import { FakeRegistry, notFound } from '../../support/fakes/registry.js';

const STATUS = JSON.stringify(schemas.SectionStatusEvent);
const FULL = JSON.stringify(schemas.SectionSeatState);

describe('HttpRegistry', () => {
  let fake: FakeRegistry;
  beforeEach(async () => {
    fake = await FakeRegistry.start();
  });
  afterEach(() => fake.stop());

  const registry = (more: object = {}, signal?: AbortSignal): HttpRegistry =>
    new HttpRegistry({ url: fake.url, timeoutMs: 2_000, username: '', password: '', token: '', ...more }, signal);
  const unavailable = (message: RegExp): object => ({ name: 'RegistryUnavailable', message });

  it('registers, finds word for word, tells the latest, and reads by id', async () => {
    const id = await registry().register('a/b-value', STATUS);
    assert.equal(await registry().register('a/b-value', STATUS), id);
    assert.equal(await registry().find('a/b-value', STATUS), id);
    assert.equal(await registry().find('a/b-value', FULL), undefined);
    assert.equal(await registry().find('nobody-value', FULL), undefined);
    assert.deepEqual(await registry().latest('a/b-value'), { id, text: STATUS });
    assert.equal(await registry().latest('nobody-value'), undefined);
    assert.deepEqual(await registry().schema(id), { text: STATUS });
    assert.ok(fake.asked.includes('POST /subjects/a%2Fb-value/versions'));
  });

  it('says of an id that there is none only in the registry’s own words', async () => {
    assert.deepEqual(await registry().schema(99), {
      code: 'unknownSchema',
      reason: 'the registry has no schema with the id 99',
    });
    const others = [
      { status: 404, body: 'default backend - 404' },
      { status: 404, body: '' },
      { status: 404, body: '{"status":404,"title":"no such path"}' },
      { status: 500, body: '{"error_code":50001}' },
      { status: 503, body: 'down' },
      { status: 429, body: '' },
      { status: 302, body: '' },
      { status: 200, body: 'not JSON' },
      { status: 200, body: '[]' },
      { status: 200, body: '{"id":1}' },
    ];
    for (const reply of others) {
      fake.fault = () => reply;
      await assert.rejects(registry().schema(1), { name: 'RegistryUnavailable' }, JSON.stringify(reply));
    }
  });

  it('names schemas that no value can be read with: another type, with references, too long', async () => {
    const types = [
      { more: { schemaType: 'PROTOBUF' }, reason: /is of type PROTOBUF/ },
      { more: { references: [{ name: 'x', subject: 'x', version: 1 }] }, reason: /refers to other schemas/ },
    ];
    for (const { more, reason } of types) {
      const id = fake.add('odd-value', { type: 'record', name: `Odd${reason.source.length}`, fields: [] }, more);
      const schema = await registry().schema(id);
      assert.ok('code' in schema && schema.code === 'incompatibleSchema');
      assert.match(schema.reason, reason);
    }
    const id = fake.add('long-value', { type: 'record', name: 'Long', doc: 'x'.repeat(300_000), fields: [] });
    const schema = await registry().schema(id);
    assert.ok('code' in schema && schema.code === 'incompatibleSchema');
    fake.fault = () => ({ status: 200, body: `{"schema":"${'x'.repeat(5 * 1_048_576)}"}` });
    await assert.rejects(registry().schema(1), unavailable(/longer than is read/));
  });

  it('tells a refusal by its status and code, and who is not let in', async () => {
    fake.fault = () => ({ status: 409, body: '{"error_code":409,"message":"READER_FIELD_MISSING"}' });
    await assert.rejects(registry().register('a-value', STATUS), (error: RegistryRefusal) => {
      assert.ok(error instanceof RegistryRefusal);
      assert.deepEqual([error.status, error.errorCode], [409, 409]);
      return /READER_FIELD_MISSING/.test(error.message);
    });
    fake.fault = () => ({ status: 401, body: '' });
    await assert.rejects(registry().register('a-value', STATUS), { name: 'RegistryRefusal', status: 401 });
    fake.fault = () => notFound(40403);
    await assert.rejects(registry().register('a-value', STATUS), { name: 'RegistryRefusal', status: 404 });
  });

  it('sends basic authentication or a bearer token, and follows no redirect with it', async () => {
    await registry().latest('a');
    await registry({ username: 'user', password: 'pass: word' }).latest('a');
    await registry({ token: 'secret' }).latest('a');
    const basic = `Basic ${Buffer.from('user:pass: word').toString('base64')}`;
    assert.deepEqual([...fake.authorizations], [undefined, basic, 'Bearer secret']);
    fake.fault = (_method, path) => (path.startsWith('/elsewhere') ? undefined : { status: 307, body: '' });
    await assert.rejects(registry({ token: 'secret' }).latest('a'), { name: 'RegistryUnavailable' });
    assert.ok(!fake.asked.some((one) => one.includes('elsewhere')));
  });

  it('gives up on an answer that does not come, a connection that breaks, and a server that is not there', async () => {
    fake.fault = () => 'hang';
    await assert.rejects(registry({ timeoutMs: 100 }).schema(1), unavailable(/no answer within 100 ms/));
    fake.fault = () => 'drop';
    await assert.rejects(registry().schema(1), unavailable(/\/schemas\/ids\/1: /));
    const { url } = fake;
    await fake.stop();
    await assert.rejects(registry({ url }).schema(1), { name: 'RegistryUnavailable' });
    fake = await FakeRegistry.start();
  });

  it('ends what is under way when it is told to', async () => {
    fake.fault = () => 'hang';
    const ending = new AbortController();
    const asked = registry({ timeoutMs: 60_000 }, ending.signal).schema(1);
    ending.abort();
    await assert.rejects(asked, RegistryUnavailable);
  });
});
