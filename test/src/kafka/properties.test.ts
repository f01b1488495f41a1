import assert from 'node:assert/strict';
import { type Config, configSchema } from '../../../src/config/schema.js';
import {
  changelogProperties,
  inputProperties,
  outputProperties,
  sessionTimeoutMsOf,
  standbyProperties,
  transactionalIdOf,
  watermarkProperties,
} from '../../../src/kafka/properties.js';

const configOf = (overrides: Record<string, unknown> = {}, kafka: Record<string, unknown> = {}): Config =>
  configSchema.parse({
    application: 'app',
    instance: 'host-a',
    kafka: { client: { 'bootstrap.servers': '127.0.0.1:9092' }, ...kafka },
    ...overrides,
  });
const everyClient = (config: Config) => [
  inputProperties(config, false),
  changelogProperties(config),
  standbyProperties(config),
  watermarkProperties(config),
  outputProperties(config),
];

describe('the properties of the Kafka clients', () => {
  it('reach every client when they are given for all, and each has a client.id of its own', () => {
    const config = configOf({}, { client: { 'bootstrap.servers': 'a:1', 'security.protocol': 'plaintext' } });
    const all = everyClient(config);
    for (const properties of all) {
      assert.equal(properties['bootstrap.servers'], 'a:1');
      assert.equal(properties['security.protocol'], 'plaintext');
      assert.equal(properties['allow.auto.create.topics'], false);
    }
    assert.equal(new Set(all.map((properties) => properties['client.id'])).size, all.length);
  });

  it('of the inputs read committed records to PARTITION_EOF, commit nothing by themselves and never jump', () => {
    const config = configOf();
    for (const properties of [inputProperties(config, false), changelogProperties(config), standbyProperties(config)]) {
      assert.equal(properties['isolation.level'], 'read_committed');
      assert.equal(properties['enable.partition.eof'], true);
      assert.equal(properties['enable.auto.commit'], false);
      assert.equal(properties['auto.offset.reset'], 'error');
    }
    assert.equal(inputProperties(configOf(), false)['partition.assignment.strategy'], 'range');
    assert.equal(inputProperties(configOf(), false)['group.id'], 'app');
  });

  it('make a static member where it is asked for, and where no addon can send a captured generation', () => {
    assert.equal(inputProperties(configOf(), true)['group.instance.id'], 'app-host-a');
    const asked = configOf({ group: { membership: 'static' } });
    assert.equal(inputProperties(asked, false)['group.instance.id'], 'app-host-a');
    assert.equal('group.instance.id' in inputProperties(configOf(), false), false);
  });

  it("of a member under KIP-848 name the assignor, and none of the classic protocol's properties", () => {
    const config = configOf({ group: { protocol: 'consumer' } });
    for (const isWithoutAddon of [true, false]) {
      const properties = inputProperties(config, isWithoutAddon);
      assert.equal(properties['group.protocol'], 'consumer');
      assert.equal(properties['group.remote.assignor'], 'range');
      for (const name of [
        ...['group.instance.id', 'partition.assignment.strategy', 'session.timeout.ms', 'heartbeat.interval.ms'],
      ])
        assert.equal(name in properties, false, name);
    }
    assert.equal('group.protocol' in inputProperties(configOf(), false), false);
  });

  it("tell how long a member may be silent, and Kafka's least of KIP-848 is not below what is assumed", () => {
    const session = (config: Config): number => sessionTimeoutMsOf(inputProperties(config, false));
    assert.equal(session(configOf()), 10_000);
    assert.equal(
      session(configOf({}, { consumer: { 'session.timeout.ms': 30_000 }, client: { 'bootstrap.servers': 'a:1' } })),
      30_000,
    );
    assert.ok(session(configOf({ group: { protocol: 'consumer' } })) <= 45_000);
  });

  it('ask for the high watermark, not for the last stable offset', () => {
    assert.equal(watermarkProperties(configOf())['isolation.level'], 'read_uncommitted');
  });

  it('keep only the inputs in the consumer group', () => {
    for (const properties of [changelogProperties(configOf()), watermarkProperties(configOf())]) {
      assert.notEqual(properties['group.id'], 'app');
    }
  });

  it('of the producer are transactional under exactly_once only; its id names application and instance', () => {
    const exactlyOnce = outputProperties(configOf({ transaction: { timeoutMs: 7_000 } }));
    assert.equal(exactlyOnce['transactional.id'], transactionalIdOf(configOf(), 0));
    assert.equal(outputProperties(configOf(), 1)['transactional.id'], transactionalIdOf(configOf(), 1));
    assert.match(transactionalIdOf(configOf(), 1), /app.*host-a.*1/);
    assert.equal(exactlyOnce['transaction.timeout.ms'], 7_000);
    const atLeastOnce = outputProperties(configOf({ guarantee: 'at_least_once' }));
    assert.equal('transactional.id' in atLeastOnce, false);
    for (const properties of [exactlyOnce, atLeastOnce]) {
      assert.equal(properties['enable.idempotence'], true);
      assert.equal(properties.acks, 'all');
      assert.equal(properties['delivery.report.only.error'], true);
      assert.equal(properties.partitioner, 'murmur2_random');
    }
  });

  it('let a record of limits.messageBytes through', () => {
    const config = configOf({ limits: { messageBytes: 3_000_000 } });
    assert.ok(Number(outputProperties(config)['message.max.bytes']) > 3_000_000);
  });

  it('that are tuned by the configuration win over the defaults', () => {
    const tuned = { consumer: { 'fetch.wait.max.ms': 7 }, producer: { 'linger.ms': 9 } };
    const config = configOf({}, { client: { 'bootstrap.servers': 'a:1' }, ...tuned });
    assert.equal(inputProperties(config, false)['fetch.wait.max.ms'], 7);
    assert.equal(changelogProperties(config)['fetch.wait.max.ms'], 7);
    assert.equal(outputProperties(config)['linger.ms'], 9);
  });
});
