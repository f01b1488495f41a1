import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { ConfigurationError, type ConfigurationSources, loadConfiguration } from '../../../src/config/load.js';
import { ExitCode } from '../../../src/errors.js';

const BROKERS = 'kafka: { client: { bootstrap.servers: "a:1" } }\n';

describe('loadConfiguration', () => {
  let folder: string;
  let file: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'seatmapd-config-'));
    file = join(folder, 'seatmapd.yaml');
  });
  after(() => rmSync(folder, { recursive: true }));

  const load = (yaml: string, more: ConfigurationSources = {}) => {
    writeFileSync(file, yaml);
    return loadConfiguration({ file, environment: {}, ...more });
  };
  /** The mistakes, without the folder in front of the file's name. */
  const mistakesIn = (yaml: string, more: ConfigurationSources = {}): string[] => {
    try {
      load(yaml, more);
    } catch (error) {
      assert.ok(error instanceof ConfigurationError);
      assert.equal(error.exitCode, ExitCode.configuration);
      assert.equal(error.message, error.mistakes.join('\n'));
      return error.mistakes.map((mistake) => mistake.replace(`${folder}/`, ''));
    }
    return [];
  };

  it('prints every mistake of a file at once, in its order, with line and column of the value or of the unknown key', () => {
    const yaml = `${BROKERS}workers:\n  threads: two\nbatch: { inFlight: 17, inflght: 1 }\nio: fast\navro: { framing: confluent }\nstate: { directory: here }\n`;
    assert.deepEqual(mistakesIn(yaml), [
      'seatmapd.yaml:3:12: workers.threads: expected number, got "two"',
      'seatmapd.yaml:4:20: batch.inFlight: expected at most 16, got 17',
      'seatmapd.yaml:4:24: batch.inflght: unknown key; did you mean batch.inFlight?',
      'seatmapd.yaml:5:5: io: expected one of packed, standard, got "fast"',
      'seatmapd.yaml:6:18: avro.framing: confluent needs a schema registry: set avro.registry.url',
      'seatmapd.yaml:7:21: state.directory: expected an absolute path',
    ]);
  });

  it('places a missing key at the nearest parent that the file has', () => {
    const text = 'kafka.client.bootstrap.servers: is missing; it has no default';
    assert.deepEqual(mistakesIn('\nkafka:\n  client: {}\n'), [`seatmapd.yaml:3:3: ${text}`]);
    assert.deepEqual(mistakesIn('\nkafka:\n'), [`seatmapd.yaml:2:1: ${text}`]);
    assert.deepEqual(mistakesIn(''), [`seatmapd.yaml:1:1: ${text}`]);
    assert.throws(() => loadConfiguration({ environment: {} }), { message: text });
  });

  it('takes a section that is left empty as one of defaults, and an empty key as a mistake', () => {
    assert.equal(load(`${BROKERS}workers:\n`).config.workers.threads, 1);
    assert.deepEqual(mistakesIn(`${BROKERS}workers:\n  threads:\n`), [
      'seatmapd.yaml:3:11: workers.threads: expected number, got nothing',
    ]);
  });

  it('lets flags win over the environment, the environment over the file, the file over defaults, and knows who won', () => {
    const environment = { SEATMAPD_WORKERS__THREADS: '4', SEATMAPD_BATCH__MAXWAITMS: '7', OTHER: 'x' };
    const flags = { 'workers.threads': '5' };
    const yaml = `${BROKERS}workers: { threads: 3 }\nbatch: { maxWaitMs: 6, inFlight: 2 }\n`;
    const { config, origins } = load(yaml, { environment, flags });
    assert.equal(config.workers.threads, 5);
    assert.deepEqual([config.batch.maxWaitMs, config.batch.inFlight, config.batch.maxMessages], [7, 2, 20000]);
    assert.equal(origins.get('workers.threads'), '--set workers.threads');
    assert.equal(origins.get('batch.maxWaitMs'), 'SEATMAPD_BATCH__MAXWAITMS');
    assert.equal(origins.get('batch.inFlight'), `${file}:3:34`);
    assert.equal(origins.has('batch.maxMessages'), false);
  });

  it('reads librdkafka properties and topic configurations from variables, underscores being dots, and from flags', () => {
    const { config } = loadConfiguration({
      environment: {
        SEATMAPD_KAFKA__CLIENT__BOOTSTRAP_SERVERS: 'b:2',
        SEATMAPD_TOPICS__CREATE__CONFIG__RETENTION_MS: '9',
      },
      flags: { 'kafka.consumer.fetch.wait.max.ms': '10' },
    });
    assert.equal(config.kafka.client['bootstrap.servers'], 'b:2');
    assert.deepEqual(config.topics.create.config, { 'retention.ms': '9' });
    assert.deepEqual(config.kafka.consumer, { 'fetch.wait.max.ms': '10' });
  });

  it('names the variable or the flag of a mistake, whatever the file says', () => {
    const environment = { SEATMAPD_WORKERS__THREADS: 'many', SEATMAPD_WORKERS__THREAD: '1', SEATMAPD_FOO__BAR: '1' };
    assert.deepEqual(
      new Set(mistakesIn(`${BROKERS}workers: { threads: 3 }\n`, { environment, flags: { 'batch.inFlight': '0' } })),
      new Set([
        'SEATMAPD_WORKERS__THREADS: workers.threads: expected number, got "many"',
        'SEATMAPD_WORKERS__THREAD: workers.thread: unknown key; did you mean workers.threads?',
        'SEATMAPD_FOO__BAR: foo: unknown key',
        '--set batch.inFlight: batch.inFlight: expected at least 1, got 0',
      ]),
    );
  });

  it('reports broken syntax beside the mistakes of keys, and no key as missing behind a break', () => {
    assert.deepEqual(mistakesIn('workers: { threads: two }\nlog: {}\nlog: {}\n'), [
      'seatmapd.yaml:1:21: workers.threads: expected number, got "two"',
      'seatmapd.yaml:3:1: Map keys must be unique',
    ]);
    assert.deepEqual(mistakesIn(`${BROKERS}---\n`), ['seatmapd.yaml:2:1: expected one document']);
    assert.match(mistakesIn(`${BROKERS}log: *here\n`)[0] ?? '', /^seatmapd\.yaml:2:6: Unresolved alias/);
    assert.deepEqual(mistakesIn('- a\n'), ['seatmapd.yaml:1:1: expected keys with values, got a list']);
  });

  it('refuses a file that is missing, named by the flag or by $SEATMAPD_CONFIG', () => {
    const absent = join(folder, 'absent.yaml');
    assert.throws(() => loadConfiguration({ file: absent, environment: {} }), /absent\.yaml: can't be read: ENOENT/);
    assert.throws(() => loadConfiguration({ environment: { SEATMAPD_CONFIG: absent } }), ConfigurationError);
  });

  it('ends in a configuration or in a ConfigurationError, whatever the file holds', () => {
    const value = fc.anything({ maxDepth: 3, withNullPrototype: false }).map((given) => JSON.stringify(given) ?? '~');
    const key = fc.constantFrom(
      'kafka',
      'topics',
      'workers',
      'batch',
      'io',
      'limits',
      'state',
      '__proto__',
      'toString',
    );
    const yaml = fc.oneof(
      fc.string(),
      fc.array(fc.tuple(key, value), { maxLength: 4 }).map((pairs) => pairs.map((pair) => pair.join(': ')).join('\n')),
    );
    fc.assert(fc.property(yaml, (text) => Array.isArray(mistakesIn(text))));
  });
});
