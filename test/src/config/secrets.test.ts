import assert from 'node:assert/strict';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { librdkafkaMistakes } from '../../../src/config/librdkafka.js';
import { ConfigurationError, type ConfigurationSources, loadConfiguration } from '../../../src/config/load.js';
import { SECRET_PROPERTIES } from '../../../src/config/secrets.js';
import { exposedSecrets } from '../../../src/config/warnings.js';
import { temporaryFolder } from '../../support/temporary.js';
import { seatmapd } from '../cli/seatmapd.js';

const CANARY = 'canary2718';
const CLIENT = 'kafka:\n  client:\n    bootstrap.servers: "a:1"\n';

describe('a secret of the configuration', () => {
  let folder: string;
  beforeEach(() => {
    folder = temporaryFolder('secrets');
  });

  const write = (yaml: string, mode = 0o600): string => {
    const file = join(folder, 'seatmapd.yaml');
    writeFileSync(file, yaml);
    chmodSync(file, mode);
    return file;
  };
  /** Everything that is said about a configuration. */
  async function said(yaml: string, sources: ConfigurationSources = {}): Promise<string> {
    try {
      const loaded = loadConfiguration({ file: write(yaml), environment: {}, ...sources });
      return (await librdkafkaMistakes(loaded)).join('\n');
    } catch (error) {
      assert.ok(error instanceof ConfigurationError);
      return error.message;
    }
  }

  it('is in no mistake, however the file is broken around it', async () => {
    const lines = [
      `sasl.password: *${CANARY}`,
      `sasl.password: !${CANARY} x`,
      `sasl.password: |${CANARY}`,
      `sasl.password: >${CANARY}\n      x`,
      `sasl.password: "x" ${CANARY}`,
      `sasl.password: "x"${CANARY}`,
      `sasl.password: @${CANARY}`,
      `sasl.password: %${CANARY}`,
      `sasl.password: \`${CANARY}`,
      `sasl.password: {${CANARY}`,
      `sasl.password: [${CANARY}]`,
      `sasl.password: { ${CANARY}: x }`,
      `sasl.password: { file: ${CANARY} }`,
      `sasl.password: ${CANARY}: x`,
      `sasl.password: "\\${CANARY}"`,
      `sasl.password:${CANARY}`,
      `sasl.password=${CANARY}`,
      `sasl.password=${CANARY}: x`,
      `{ sasl.password: ${CANARY} }: x`,
      `? { sasl.password: ${CANARY} }\n    : x`,
      `sasl.password: }${CANARY}`,
      `"sasl.password: ${CANARY}"`,
    ];
    for (const line of lines) {
      const text = await said(`${CLIENT}    ${line}\n`);
      assert.notEqual(text, '', line);
      assert.ok(!text.includes(CANARY), `${line}\n${text}`);
    }
    for (const yaml of [`kafka: "sasl.password=${CANARY}"`, `kafka: { client: "sasl.password=${CANARY}" }`]) {
      const text = await said(yaml);
      assert.match(text, /got \(secret\)/);
      assert.ok(!text.includes(CANARY), text);
    }
  });

  it('is in no word of librdkafka about it, nor is anything that was read from a file', async () => {
    for (const property of SECRET_PROPERTIES) {
      const text = await said(`${CLIENT}    ${property}: "${CANARY}"\n`);
      assert.ok(!text.includes(CANARY), text);
    }
    const file = join(folder, 'debug');
    writeFileSync(file, CANARY);
    const text = await said(`${CLIENT}    debug: { file: ${file} }\n`);
    assert.match(text, /^.*seatmapd\.yaml:4:12: kafka\.client\.debug: librdkafka: .* not shown$/);
    // The same value in the open is quoted.
    assert.match(await said(`${CLIENT}    debug: ${CANARY}\n`), new RegExp(CANARY));
  });

  it('is refused on a command line, where everyone sees it, and the sentence says what to do', () => {
    write(CLIENT);
    for (const words of [['check-config'], ['run'], ['init', '1', 'A', '--rows', '1', '--seats-per-row', '1']]) {
      const flag = ['--set', `kafka.client.sasl.password=${CANARY}`];
      const { status, stdout, stderr } = seatmapd([...words, '-c', 'seatmapd.yaml', ...flag], folder);
      assert.equal(status, 78);
      assert.match(stderr, /^--set kafka\.client\.sasl\.password: .*every user of the machine.*sasl\.password\.file=/);
      assert.ok(!`${stdout}${stderr}`.includes(CANARY));
    }
  });

  it('is warned of when it stands in a file that everyone may read, and nowhere else', () => {
    const yaml = `${CLIENT}    sasl.password: ${CANARY}\n`;
    const exposed = (mode: number, text = yaml, sources: ConfigurationSources = {}): string[] =>
      exposedSecrets(loadConfiguration({ file: write(text, mode), environment: {}, ...sources }));
    const [warning, ...others] = exposed(0o644);
    assert.deepEqual(others, []);
    assert.match(warning ?? '', /^kafka\.client\.sasl\.password: every user of the machine may read it/);
    assert.ok(!warning?.includes(CANARY));
    assert.deepEqual(exposed(0o640), []);
    assert.deepEqual(exposed(0o644, CLIENT), []);
    const environment = { SEATMAPD_KAFKA__CLIENT__SASL_PASSWORD: CANARY };
    assert.deepEqual(exposed(0o644, yaml, { environment }), []);
  });
});
