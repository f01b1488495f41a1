import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { parse } from 'yaml';
import { z } from 'zod';
import { documentation } from '../../../src/config/document.js';
import { editorSchema, editorSchemaText } from '../../../src/config/editor-schema.js';
import { loadConfiguration } from '../../../src/config/load.js';
import { OWNED_PROPERTIES } from '../../../src/config/owned.js';
import { configSchema, topicNames } from '../../../src/config/schema.js';
import { at, isSection, type Shape, shape } from '../../../src/config/shape.js';
import { warningsOf } from '../../../src/config/warnings.js';

const client = { 'bootstrap.servers': '127.0.0.1:9092' };
const mistakes = (more: object): string[] =>
  (configSchema.safeParse({ kafka: { client }, ...more }).error?.issues ?? []).map(
    ({ path, message }) => `${path.join('.')}: ${message}`,
  );

describe('configSchema', () => {
  it('has a default for every key but bootstrap.servers, and systemd/seatmapd.yaml gives each of them', () => {
    const defaults = configSchema.parse({ kafka: { client } });
    assert.equal(defaults.instance, hostname());
    const { config, origins } = loadConfiguration({ file: 'systemd/seatmapd.yaml', environment: {} });
    assert.deepEqual(config, defaults);
    const leaves = (node: Shape, path: string): string[] =>
      Object.entries(node.properties ?? {}).flatMap(([key, inner]) =>
        isSection(inner as Shape) && (inner as Shape).properties
          ? leaves(inner as Shape, `${path}${key}.`)
          : [`${path}${key}`],
      );
    const given = leaves(shape, '').filter((key) => origins.has(key) || /^kafka\.|\.config$/.test(key));
    assert.deepEqual(
      given,
      leaves(shape, '').filter((key) => at(key.split('.'))?.defaultText === undefined || origins.has(key)),
    );
    // A default that no file can give is shown in a comment.
    const yaml = readFileSync('systemd/seatmapd.yaml', 'utf8');
    for (const key of leaves(shape, '').filter((one) => !given.includes(one)))
      assert.match(yaml, new RegExp(`^ *# ${key.split('.').at(-1)}: `, 'm'), key);
  });

  it('describes every key, and docs/CONFIGURATION.md is what it says', () => {
    const undescribed = (node: Shape): string[] =>
      Object.entries(node.properties ?? {}).flatMap(([key, inner]) => [
        ...((inner as Shape).description ? [] : [key]),
        ...undescribed(inner as Shape),
      ]);
    assert.deepEqual(undescribed(shape), []);
    assert.equal(readFileSync('docs/CONFIGURATION.md', 'utf8'), documentation());
  });

  it('refuses every librdkafka property that the daemon owns, wherever it stands, even beside other mistakes', () => {
    for (const property of OWNED_PROPERTIES.keys()) {
      const sections = {
        client: { ...client, [property]: '1' },
        consumer: { [property]: '1' },
        producer: { [property]: '1' },
      };
      const found = mistakes({ kafka: sections });
      assert.deepEqual(
        found.map((text) => text.split(': ')[0]),
        ['client', 'consumer', 'producer'].map((section) => `kafka.${section}.${property}`),
      );
    }
    assert.equal(mistakes({ kafka: { client: { 'group.id': 'x' } } }).length, 2);
  });

  it('refuses under KIP-848 what only the classic protocol knows, with what to set instead, and static membership', () => {
    const consumer = { 'session.timeout.ms': 6_000, 'heartbeat.interval.ms': 500, 'fetch.wait.max.ms': 7 };
    const kafka = { client: { ...client, 'session.timeout.ms': 6_000 }, consumer };
    const found = mistakes({ kafka, group: { protocol: 'consumer', membership: 'static' } });
    assert.deepEqual(
      found.map((text) => text.split(': ')[0]),
      [
        ...['group.membership', 'kafka.client.session.timeout.ms'],
        ...['kafka.consumer.session.timeout.ms', 'kafka.consumer.heartbeat.interval.ms'],
      ],
    );
    assert.match(found[0] ?? '', /classic protocol only.*killed/);
    assert.match(found[2] ?? '', /group\.consumer\.session\.timeout\.ms/);
    assert.match(found[3] ?? '', /group\.consumer\.heartbeat\.interval\.ms/);
    assert.deepEqual(mistakes({ kafka, group: { membership: 'static' } }), []);
    assert.deepEqual(mistakes({ group: { protocol: 'consumer' } }), []);
    assert.equal(mistakes({ kafka: { client, consumer }, group: { protocol: 'consumer' }, workers: 1 }).length, 3);
  });

  it('lets a producer have acks=all only', () => {
    for (const acks of ['all', '-1', -1]) assert.deepEqual(mistakes({ kafka: { client, producer: { acks } } }), []);
    for (const acks of ['1', 0, 1, true]) assert.equal(mistakes({ kafka: { client, producer: { acks } } }).length, 1);
  });

  it('keeps the six topics apart, and blames the name that was changed', () => {
    assert.deepEqual(mistakes({ topics: { init: 'section-status' } }), [
      'topics.init: section-status is the name of topics.status too; all six topics must differ',
    ]);
    assert.deepEqual(mistakes({ application: 'a', topics: { results: 'a-changelog' }, workers: 1 }).length, 2);
    const names = topicNames(configSchema.parse({ kafka: { client }, application: 'box-office' }));
    assert.equal(new Set(Object.values(names)).size, 6);
    assert.deepEqual([names.changelog, names.deadLetters], ['box-office-changelog', 'box-office-dead-letters']);
  });

  it('accepts seatsPerSection exactly as long as an image of it fits messageBytes', () => {
    const fits = (seatsPerSection: number, messageBytes: number): boolean =>
      mistakes({ limits: { seatsPerSection, messageBytes } }).length === 0;
    assert.equal(fits(1_000_000, 64 + 125_000 + 600), true);
    assert.equal(fits(1_000_000, 64 + 125_000 + 599), false);
    assert.equal(fits(64, 1_000), true);
    assert.match(mistakes({ limits: { messageBytes: 2_000 } })[0] ?? '', /^limits\.messageBytes: the image of/);
  });

  it('warns of at_least_once, and of nothing in the defaults', () => {
    assert.deepEqual(warningsOf(configSchema.parse({ kafka: { client } })), []);
    const [warning] = warningsOf(configSchema.parse({ kafka: { client }, guarantee: 'at_least_once' }));
    assert.match(warning ?? '', /there is no fencing/);
  });
});

describe('editorSchema', () => {
  const schema = z.fromJSONSchema(editorSchema() as Parameters<typeof z.fromJSONSchema>[0]);
  const accepts = (yaml: string): boolean => schema.safeParse(parse(yaml)).success;

  it('is docs/seatmapd.schema.json, which systemd/seatmapd.yaml names, and it accepts that file', () => {
    assert.equal(readFileSync('docs/seatmapd.schema.json', 'utf8'), editorSchemaText());
    const yaml = readFileSync('systemd/seatmapd.yaml', 'utf8');
    assert.match(yaml, /^# yaml-language-server: \$schema=\.\.\/docs\/seatmapd\.schema\.json\n/);
    assert.ok(accepts(yaml));
  });

  it('accepts what variables complete, empty sections and references to files', () => {
    for (const yaml of [
      'workers:',
      'kafka: { client: { sasl.password: { file: /run/x } } }',
      'kafka: { consumer: { fetch.wait.max.ms: 5, ssl.key.password: { credential: key } } }',
      'topics: { create: { config: { retention.ms: 9 } } }',
      'kafka: { client: { bootstrap.servers: { file: /etc/seatmapd/brokers } } }',
    ])
      assert.ok(accepts(yaml), yaml);
  });

  it('refuses unknown keys, wrong values, and librdkafka properties that the daemon owns', () => {
    for (const yaml of [
      'worker: {}',
      'workers: { threads: 0 }',
      'workers: { threads: two }',
      'guarantee: twice',
      'kafka: { client: { group.id: mine } }',
      'kafka: { producer: { sasl.password: { file: relative } } }',
      'topics: { create: { config: { retention.ms: { file: /x } } } }',
    ])
      assert.ok(!accepts(yaml), yaml);
  });

  it('has no default that only this machine has', () => {
    const { properties } = editorSchema() as { properties: { instance: object } };
    assert.ok(!('default' in properties.instance));
  });
});
