import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { exitCodeOf, type Finding, linesOf } from '../../../src/check/finding.js';
import { registryFindings } from '../../../src/check/registry.js';
import { type Config, configSchema } from '../../../src/config/schema.js';
import { HttpRegistry } from '../../../src/registry/http-registry.js';
import { ownSchemas } from '../../../src/registry/own-schemas.js';
import { SchemaFile } from '../../../src/registry/schema-file.js';
import { schemas } from '../../../src/schemas.js';
import { FakeRegistry } from '../../support/fakes/registry.js';
import { temporaryFolder } from '../../support/temporary.js';

describe('the check of the schema registry', () => {
  let fake: FakeRegistry;
  let directory: string;
  beforeEach(async () => {
    fake = await FakeRegistry.start();
    directory = temporaryFolder('check-registry');
  });
  afterEach(() => fake.stop());

  const configured = (more: object = {}): Config =>
    configSchema.parse({
      kafka: { client: { 'bootstrap.servers': 'a:1' } },
      avro: { framing: 'confluent', registry: { url: fake.url, timeoutMs: 500, ...more } },
      state: { directory },
    });
  const check = (config: Config): Promise<Finding[]> =>
    registryFindings(config, new HttpRegistry(config.avro.registry));

  /** The exit code, and the line of each subject. */
  async function checked(more: object = {}): Promise<[number, string]> {
    const findings = await check(configured(more));
    return [exitCodeOf(findings), linesOf(findings)];
  }

  it('is content with a registry that a start would register in, registers nothing, and knows what is there', async () => {
    const id = fake.add('section-status-value', schemas.SectionStatusEvent as object);
    fake.add('reservation-completed-value', {
      ...(schemas.ReservationCompletedEvent as object),
      doc: 'of another version',
    });
    const [code, lines] = await checked();
    assert.equal(code, 0, lines);
    assert.match(lines, /^schema registry http.*: ok: answers\n/);
    assert.match(lines, /^subject section-init-value: ok: is not there yet; a start registers SectionInitCommand/m);
    assert.match(lines, /^subject reservation-completed-value: ok: has the id 2 last, .*; a start registers/m);
    assert.match(
      lines,
      new RegExp(`^subject section-status-value: ok: has SectionStatusEvent, with the id ${id}$`, 'm'),
    );
    const written = fake.asked.filter((one) => /^(PUT|DELETE)|^POST \/subjects\/[^/]+\/versions/.test(one));
    assert.deepEqual(written, []);
  });

  it('says 78 of a schema that would be refused, of a registry that takes none, and of one that is missing', async () => {
    fake.add('section-status-value', schemas.SectionSeatState as object);
    fake.closed.add('section-status-value');
    const [refused, incompatible] = await checked();
    assert.equal(refused, 78);
    assert.match(incompatible, /^subject section-status-value: mistake: .* is not compatible .*compatibility NONE/m);
    assert.match(incompatible, /^subject reservation-completed-value: ok/m);

    fake.closed.clear();
    fake.mode = 'READONLY';
    const [readOnly, closed] = await checked();
    assert.equal(readOnly, 78);
    assert.match(closed, /^subject section-status-value: mistake: .*the registry's mode is READONLY: set READWRITE/m);

    const [missing, lines] = await checked({ autoRegister: false });
    assert.equal(missing, 78);
    assert.match(lines, /^subject section-init-value: ok: has no schema that makes the bytes/m);
    assert.match(lines, /^subject reservation-completed-value: mistake: .*has no schema .*autoRegister/m);
  });

  it('warns of writers whose records could not be read, and of a registry that a start can do without', async () => {
    const fields = [{ name: 'somethingElse', type: 'string' }];
    fake.add('reservation-requests-value', { type: 'record', name: 'ReservationRequestedEvent', fields });
    const [code, lines] = await checked();
    assert.equal(code, 0);
    assert.match(lines, /^subject reservation-requests-value: warning: .*id 1, can't be read as .*dead letters/m);

    const config = configured();
    const own = Object.values(ownSchemas(config)).map(({ subject, text }, index) => ({ subject, text, id: index + 1 }));
    mkdirSync(join(directory, config.application));
    new SchemaFile(join(directory, config.application), config.avro.registry.url).writeOwn(own);
    fake.fault = () => ({ status: 503, body: '' });
    const [away] = await check(config);
    assert.deepEqual([away?.verdict, away?.exitCode], ['warning', 0]);
    assert.match(away?.sentence ?? '', /503.*kept beside the state/);
  });

  it('says what to do about a registry that does not answer (75), and about one that refuses this client (78)', async () => {
    const faults = [
      { fault: (): 'hang' => 'hang', reason: /no answer within 500 ms.*avro\.registry\.url/ },
      { fault: (): 'drop' => 'drop', reason: /gives no answer that counts/ },
      { fault: () => ({ status: 404, body: 'default backend - 404' }), reason: /not by a schema registry/ },
    ];
    for (const { fault, reason } of faults) {
      fake.fault = fault;
      const [code, lines] = await checked();
      assert.equal(code, 75, lines);
      assert.match(lines, reason);
      assert.equal(lines.trim().split('\n').length, 1, 'what can not be asked is told once');
    }
    // It goes away half-way.
    fake.fault = (_method, path) => (path.includes('section-status') ? 'drop' : undefined);
    assert.equal((await checked())[0], 75);
    fake.fault = () => ({ status: 401, body: '' });
    const [code, lines] = await checked();
    assert.equal(code, 78);
    assert.match(lines, /refuses this client: check avro\.registry's username, password or token/);
  });
});
