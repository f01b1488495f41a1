import assert from 'node:assert/strict';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigurationError, type ConfigurationSources, loadConfiguration } from '../../../src/config/load.js';
import type { Config } from '../../../src/config/schema.js';
import { exposedSecrets, warningsOf } from '../../../src/config/warnings.js';
import { temporaryFolder } from '../../support/temporary.js';

const CANARY = 'canary3141';
const CLIENT = 'kafka: { client: { bootstrap.servers: "a:1" } }\n';

describe('the schema registry in the configuration', () => {
  let folder: string;
  beforeEach(() => {
    folder = temporaryFolder('avro');
  });

  const write = (yaml: string, mode = 0o600): string => {
    const file = join(folder, 'seatmapd.yaml');
    writeFileSync(file, yaml);
    chmodSync(file, mode);
    return file;
  };
  const load = (registry: string, sources: ConfigurationSources = {}): Config['avro'] =>
    loadConfiguration({
      file: write(`${CLIENT}avro:\n  framing: confluent\n  registry:\n${registry}`),
      environment: {},
      ...sources,
    }).config.avro;
  const mistakesOf = (registry: string, sources: ConfigurationSources = {}): string => {
    try {
      load(registry, sources);
      return '';
    } catch (error) {
      assert.ok(error instanceof ConfigurationError);
      return error.message.replaceAll(`${folder}/`, '');
    }
  };

  it('confluent is refused without the URL of a registry, and a URL that is none, or holds credentials, unseen', () => {
    assert.match(mistakesOf('    timeoutMs: 500\n'), /^seatmapd\.yaml:3:12: avro\.framing: confluent needs a sch/);
    assert.match(mistakesOf('    url: registry:8081\n'), /seatmapd\.yaml:5:10: avro\.registry\.url: expected an http/);
    const text = mistakesOf(`    url: "http://u:${CANARY}@registry:8081"\n`);
    assert.match(text, /^seatmapd\.yaml:5:10: avro\.registry\.url: credentials go to avro\.registry\.username/);
    assert.ok(!text.includes(CANARY), text);
    assert.deepEqual(load('    url: "http://registry:8081"\n'), {
      framing: 'confluent',
      registry: {
        ...{ url: 'http://registry:8081', autoRegister: true, timeoutMs: 5_000 },
        ...{ username: '', password: '', token: '' },
      },
    });
  });

  it('takes password and token from files, variables and flags, but not from a command line as they are', () => {
    const secret = join(folder, 'secret');
    writeFileSync(secret, `${CANARY}\n`, { mode: 0o600 });
    const url = '    url: "https://registry"\n';
    assert.equal(load(`${url}    token: { file: ${secret} }\n`).registry.token, CANARY);
    const environment = { SEATMAPD_AVRO__REGISTRY__PASSWORD_FILE: secret, SEATMAPD_AVRO__REGISTRY__USERNAME: 'u' };
    assert.equal(load(url, { environment }).registry.password, CANARY);
    const flags = { 'avro.registry.token.file': secret, 'avro.registry.autoRegister': 'false' };
    const { token, autoRegister } = load(url, { flags }).registry;
    assert.deepEqual([token, autoRegister], [CANARY, false]);
    const refused = mistakesOf(url, { flags: { 'avro.registry.token': CANARY } });
    assert.match(refused, /--set avro\.registry\.token: .*every user of the machine/);
    assert.ok(!refused.includes(CANARY));
    chmodSync(secret, 0o644);
    assert.match(mistakesOf(`${url}    token: { file: ${secret} }\n`), /avro\.registry\.token: .*chmod o=/);
  });

  it('shows no secret in a mistake, however the file is broken around it', () => {
    const lines = [
      `password: *${CANARY}`,
      `password: |${CANARY}`,
      `password: "x" ${CANARY}`,
      `password: [${CANARY}]`,
      `password: { file: ${CANARY} }`,
      `password: { ${CANARY}: x }`,
      `password:${CANARY}`,
      `token: @${CANARY}`,
      `token:${CANARY}: x`,
      `token: { credential: ../${CANARY} }`,
    ];
    for (const line of lines) {
      const text = mistakesOf(`    url: "https://registry"\n    ${line}\n`);
      assert.notEqual(text, '', line);
      assert.ok(!text.includes(CANARY), `${line}\n${text}`);
    }
  });

  it('wants user and password together, and not a token besides', () => {
    const url = '    url: "https://registry"\n';
    assert.match(mistakesOf(`${url}    username: u\n`), /avro\.registry\.username: username and password go together/);
    assert.match(
      mistakesOf(`${url}    username: u\n    password: p\n    token: t\n`),
      /avro\.registry\.token: either a token, or username and password/,
    );
  });

  it('warns of a secret over http, of one that all may read, and of a registry that nobody asks', () => {
    const yaml = `${CLIENT}avro: { framing: none, registry: { url: "http://registry", token: ${CANARY} } }\n`;
    const loaded = loadConfiguration({ file: write(yaml, 0o644), environment: {} });
    assert.deepEqual(
      warningsOf(loaded.config).map((warning) => warning.split(':').slice(1, 3).join(':').trim()),
      [
        'with avro.framing: none no schema registry is asked.',
        'over http: the password, or the token, is sent as it is.',
      ],
    );
    assert.match(exposedSecrets(loaded).join(), /^avro\.registry\.token: every user of the machine may read it here/);
  });
});
