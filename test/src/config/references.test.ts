import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigurationError, type ConfigurationSources, loadConfiguration } from '../../../src/config/load.js';
import { temporaryFolder } from '../../support/temporary.js';

const CLIENT = '  client:\n    bootstrap.servers: "a:1"\n    sasl.password: ';

describe('a librdkafka property that is given as a file', () => {
  let folder: string;
  beforeEach(() => {
    folder = temporaryFolder('references');
  });

  const put = (name: string, text: string | Buffer, mode = 0o600): string => {
    const file = join(folder, name);
    writeFileSync(file, text);
    chmodSync(file, mode);
    return file;
  };
  const load = (password: string, sources: ConfigurationSources = {}) =>
    loadConfiguration({ file: put('seatmapd.yaml', `kafka:\n${CLIENT}${password}\n`), environment: {}, ...sources });
  const mistakesOf = (password: string, sources?: ConfigurationSources): readonly string[] => {
    try {
      load(password, sources);
    } catch (error) {
      assert.ok(error instanceof ConfigurationError);
      return error.mistakes.map((mistake) => mistake.replaceAll(`${folder}/`, ''));
    }
    return [];
  };

  it('has the value that the file holds, without one line end at its end', () => {
    for (const [text, value] of [
      ['secret', 'secret'],
      ['secret\n', 'secret'],
      ['secret\r\n', 'secret'],
      ['two\nlines\n', 'two\nlines'],
      [' ä\n\n', ' ä\n'],
    ] as const) {
      const { config, references } = load(`{ file: ${put('password', text)} }`);
      assert.equal(config.kafka.client['sasl.password'], value);
      assert.deepEqual([...references], ['kafka.client.sasl.password']);
    }
  });

  it('has the value of the credential that systemd put into $CREDENTIALS_DIRECTORY', () => {
    put('kafka-password', 'secret\n', 0o400);
    const { config } = load('{ credential: kafka-password }', { environment: { CREDENTIALS_DIRECTORY: folder } });
    assert.equal(config.kafka.client['sasl.password'], 'secret');
  });

  it('can be named by a variable and by a flag, which win over what the file says', () => {
    const file = put('password', 'from a file');
    put('credential', 'from systemd');
    for (const [sources, value] of [
      [{ environment: { SEATMAPD_KAFKA__CLIENT__SASL_PASSWORD_FILE: file } }, 'from a file'],
      [{ flags: { 'kafka.client.sasl.password.file': file } }, 'from a file'],
      [
        {
          environment: {
            SEATMAPD_KAFKA__CLIENT__SASL_PASSWORD_CREDENTIAL: 'credential',
            CREDENTIALS_DIRECTORY: folder,
          },
        },
        'from systemd',
      ],
      [{ environment: { SEATMAPD_KAFKA__CLIENT__SASL_PASSWORD: 'from a variable' } }, 'from a variable'],
    ] as const) {
      assert.equal(load('plain', sources).config.kafka.client['sasl.password'], value);
      assert.equal(load(`{ file: ${file} }`, sources).config.kafka.client['sasl.password'], value);
    }
  });

  it('is a mistake with line and column when its file is missing, not readable as text, empty, too large, or open to all', () => {
    mkdirSync(join(folder, 'folder'));
    for (const [file, reason] of [
      [join(folder, 'absent'), /absent can't be read: ENOENT/],
      [join(folder, 'folder'), /folder is no regular file/],
      [put('empty', '\n'), /empty is empty/],
      [put('latin', Buffer.from([0xe4])), /latin is no text/],
      [put('nul', 'a\0b'), /nul is no text/],
      [put('large', 'x'.repeat(65_537)), /large has 65537 bytes, more than 65536/],
      [put('open', 'secret', 0o604), /open is open to every user of the machine \(mode 0604\): chmod o= /],
    ] as const) {
      const [mistake, ...others] = mistakesOf(`{ file: ${file} }`);
      assert.deepEqual(others, []);
      assert.match(mistake ?? '', /^seatmapd\.yaml:4:20: kafka\.client\.sasl\.password: /);
      assert.match(mistake ?? '', reason);
    }
  });

  it('is a mistake when it is neither one file nor one credential, or the credential is not there', () => {
    const place = 'seatmapd.yaml:4:20: kafka.client.sasl.password:';
    const expected = `${place} expected a value, { file: /path } or { credential: name }`;
    for (const given of ['{}', '{ file: 1 }', '{ file: "" }', '{ path: /x }', '{ file: /x, credential: y }'])
      assert.deepEqual(mistakesOf(given), [expected]);
    assert.deepEqual(mistakesOf('{ file: here }'), [`${place} expected an absolute path of the file`]);
    assert.match(mistakesOf('{ credential: ../x }')[0] ?? '', /expected a credential's name/);
    assert.match(mistakesOf('{ credential: x }')[0] ?? '', /\$CREDENTIALS_DIRECTORY.*is not set/);
    const environment = { CREDENTIALS_DIRECTORY: folder };
    assert.match(mistakesOf('{ credential: x }', { environment })[0] ?? '', /x can't be read: ENOENT/);
  });

  it('names the variable or the flag of a mistake', () => {
    const environment = { SEATMAPD_KAFKA__CLIENT__SASL_PASSWORD_FILE: '/absent' };
    assert.match(mistakesOf('plain', { environment })[0] ?? '', /^SEATMAPD_KAFKA__CLIENT__SASL_PASSWORD_FILE: kafka/);
    const flags = { 'kafka.client.sasl.password.file': '/absent' };
    assert.match(mistakesOf('plain', { flags })[0] ?? '', /^--set kafka\.client\.sasl\.password\.file: kafka/);
  });

  it('may be open to all when the property is no secret, and may be any property', () => {
    const certificate = put('certificate', 'PEM', 0o644);
    const yaml = `kafka:\n${CLIENT}plain\n    ssl.certificate.pem: { file: ${certificate} }\n  producer:\n    linger.ms: { file: ${put('linger', '7\n')} }\n`;
    const { config } = loadConfiguration({ file: put('seatmapd.yaml', yaml), environment: {} });
    assert.equal(config.kafka.client['ssl.certificate.pem'], 'PEM');
    assert.equal(config.kafka.producer['linger.ms'], '7');
  });
});
