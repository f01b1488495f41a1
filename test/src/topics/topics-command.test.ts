import assert from 'node:assert/strict';
import Kafka from 'node-rdkafka';
import type { TopicNames } from '../../../src/config/schema.js';
import { loadNative } from '../../../src/kafka/native.js';
import { ROLES } from '../../../src/topics/desired-topics.js';
import { type Broker, brokerOrSkip } from '../../support/broker.js';
import { writeConfiguration } from '../../support/configuration.js';
import { connected, partitionCounts, requestTimeoutMs } from '../../support/kafka-client.js';
import { createTopics, nameInputs, nameOutputs } from '../../support/topics.js';
import { seatmapd } from '../cli/seatmapd.js';

describe('topics create', () => {
  let broker: Broker;
  before(async function () {
    broker = await brokerOrSkip(this);
  });

  const single = ['--replication', '1', '--min-insync-replicas', '1'];
  const freshNames = () => ({ ...nameInputs(), ...nameOutputs() });
  const create = (names: ReturnType<typeof freshNames>, words: readonly string[]) =>
    seatmapd(['topics', 'create', '-c', writeConfiguration(broker.bootstrapServers, names).file, ...words]);
  const counts = async (names: TopicNames) => {
    const list = ROLES.map((role) => names[role]);
    const known = await connected(new Kafka.Producer({ 'bootstrap.servers': broker.bootstrapServers }), (client) =>
      partitionCounts(client, list),
    );
    return list.map((name) => known.get(name));
  };

  it('creates what is missing, once, as it was asked to', async () => {
    const names = freshNames();
    const words = [...single, '--partitions', '6', '--topic-config', 'max.message.bytes=2000000'];
    const lines = (prefix: string) => ROLES.map((role) => `${prefix} ${names[role]} (6 partitions)\n`).join('');
    assert.deepEqual(create(names, words), { status: 0, stdout: lines('created'), stderr: '' });
    const again = create(names, ['--set', 'topics.create.minInsyncReplicas=1', '--partitions', '6']);
    assert.deepEqual(again, { status: 0, stdout: lines('exists, verified:'), stderr: '' });

    const native = loadNative();
    assert.ok(!('unavailable' in native));
    const described = await connected(new Kafka.Producer({ 'bootstrap.servers': broker.bootstrapServers }), (client) =>
      native.describeTopicConfigs(client, [names.requests, names.changelog], requestTimeoutMs),
    );
    const valuesOf = (name: string) => {
      const configs = described.get(name);
      assert.ok(configs !== undefined && 'values' in configs);
      const { 'cleanup.policy': policy, 'max.message.bytes': size, 'min.insync.replicas': replicas } = configs.values;
      return [policy, size, replicas];
    };
    assert.deepEqual(valuesOf(names.requests), ['delete', '2000000', '1']);
    assert.deepEqual(valuesOf(names.changelog), ['compact', '2000000', '1']);
  });

  it('creates topics with the cleanup.policy of the flag and tells its risk, but the changelog compact', async () => {
    const names = freshNames();
    const { status, stderr } = create(names, [...single, '--cleanup-policy', 'status=compact,delete']);
    assert.equal(status, 0, stderr);
    assert.match(stderr, new RegExp(`^warning: ${names.status} has cleanup\\.policy=compact,delete.*\n$`));

    const changelog = create(freshNames(), [...single, '--cleanup-policy', 'changelog=delete']);
    assert.equal(changelog.status, 78);
    assert.match(changelog.stderr, /^The changelog is always compact/);
    const unknown = create(freshNames(), [...single, '--cleanup-policy', 'results=forever']);
    assert.equal(unknown.status, 78);
    assert.match(unknown.stderr, /expected one of .* delete \| compact/);
  });

  it('leaves existing topics as they are and creates the others beside them, or nothing where they would not fit', async () => {
    const names = freshNames();
    await createTopics(broker.bootstrapServers, [
      { topic: names.init, partitions: 3 },
      { topic: names.results, partitions: 7 },
    ]);
    const unfit = create(names, [...single, '--partitions', '4']);
    assert.equal(unfit.status, 78);
    assert.match(unfit.stderr, new RegExp(`${names.init} has 3 and ${names.requests} has 4.*Nothing was created`));
    assert.deepEqual(await counts(names), [3, 0, 7, 0, 0, 0]);

    const { status, stdout } = create(names, [...single, '--partitions', '3']);
    assert.equal(status, 0);
    assert.match(stdout, new RegExp(`^exists, verified: ${names.init} \\(3 partitions\\)\ncreated ${names.requests} `));
    assert.deepEqual(await counts(names), [3, 3, 7, 3, 3, 3]);
  });

  it('exits 78 with one sentence when an existing changelog is wrong, and when the cluster refuses the settings', async () => {
    const names = freshNames();
    const refused = create(names, ['--replication', '9']);
    assert.equal(refused.status, 78);
    assert.match(refused.stderr, new RegExp(`^${names.init} was not created: .*9.*\n$`));

    await createTopics(broker.bootstrapServers, [{ topic: names.changelog, partitions: 2 }]);
    const wrong = create(names, [...single, '--partitions', '2']);
    assert.equal(wrong.status, 78);
    assert.match(wrong.stderr, new RegExp(`^The changelog ${names.changelog} has cleanup\\.policy=delete.*\n$`));
  });

  it('exits 75 when no broker answers, and 78 for a number that is none', () => {
    const { file } = writeConfiguration('127.0.0.1:1', freshNames());
    const unreachable = seatmapd(['topics', 'create', '-c', file, ...single]);
    assert.equal(unreachable.status, 75);
    assert.match(unreachable.stderr, /^No Kafka broker answers at 127\.0\.0\.1:1: .*\n$/);
    assert.equal(seatmapd(['topics', 'create', '--partitions', '0']).status, 78);
  });
});
