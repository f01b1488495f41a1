import assert from 'node:assert/strict';
import Kafka from 'node-rdkafka';
import { loadNative } from '../../../src/kafka/native.js';
import { describeTopics } from '../../../src/topics/describe-topics.js';
import type { TopicDescription } from '../../../src/topics/topic-description.js';
import { type Broker, brokerOrSkip } from '../../support/broker.js';
import { commitOffsets } from '../../support/commit.js';
import { writeConfiguration } from '../../support/configuration.js';
import { connected, requestTimeoutMs } from '../../support/kafka-client.js';
import { produceAll } from '../../support/produce.js';
import { readTopic } from '../../support/read.js';
import { createAllTopics, freshName, type Topics } from '../../support/topics.js';
import { seatmapd } from '../cli/seatmapd.js';

describe('topics recreate', () => {
  let broker: Broker;
  let topics: Topics;
  let configuration: string;
  before(async function () {
    broker = await brokerOrSkip(this);
    topics = await createAllTopics(broker.bootstrapServers, 2, { results: 3, status: 4 });
    configuration = writeConfiguration(broker.bootstrapServers, topics).file;
  });

  const recreate = (topic: string, ...words: string[]) =>
    seatmapd(['topics', 'recreate', topic, '-c', configuration, ...words]);

  const describeStatus = (): Promise<TopicDescription> =>
    connected(new Kafka.Producer({ 'bootstrap.servers': broker.bootstrapServers }), async (client) => {
      const native = loadNative();
      assert.ok(!('unavailable' in native));
      const [topic] = await describeTopics({ client, native, timeoutMs: requestTimeoutMs }, [topics.status]);
      return topic as TopicDescription;
    });

  it('makes a topic anew as asked, once every group has read it to its end, and says what it does', async () => {
    const record = { topic: topics.status, key: Buffer.from('key'), value: Buffer.from('value'), timestampMs: 1_000 };
    await produceAll(broker.bootstrapServers, [{ ...record, partition: 1 }]);
    const group = freshName('readers');
    await commitOffsets(broker.bootstrapServers, group, [{ topic: topics.status, partition: 1, offset: 0 }]);
    const before = await describeStatus();
    const words = ['--partitions', '20', '--replication', '1', '--topic-config', 'segment.ms=600000'];

    const behind = recreate(topics.status, ...words, '--yes');
    assert.equal(behind.status, 78);
    assert.match(behind.stderr, new RegExp(`^${group} is 1 behind on 1 partitions of ${topics.status}\\. Nothing was`));
    const unasked = recreate(topics.status, ...words, '--force');
    assert.equal(unasked.status, 78);
    assert.match(unasked.stderr, /^Nothing was changed: give --yes/);
    const invalid = recreate(topics.status, ...words, '--force', '--yes', '--topic-config', 'retention.ms=long');
    assert.equal(invalid.status, 78);
    assert.match(invalid.stderr, /would not create .* and nothing was changed: .*retention\.ms/);
    assert.equal((await describeStatus()).id, before.id);

    const done = recreate(topics.status, ...words, '--force', '--yes');
    assert.equal(done.status, 0, done.stderr);
    for (const line of [
      /partitions: 4 → 20/,
      /replication: 1, as now/,
      /segment\.ms: .* → 600000/,
      /created .*20 part/,
    ])
      assert.match(done.stdout, line);
    const after = await describeStatus();
    assert.notEqual(after.id, before.id);
    assert.equal(after.partitions.length, 20);
    assert.deepEqual(after.ownConfigs, {
      ...{ 'cleanup.policy': 'compact', 'min.insync.replicas': '1', 'segment.ms': '600000' },
    });
    assert.deepEqual(after.groups, []);
    await produceAll(
      broker.bootstrapServers,
      Array.from({ length: 20 }, (_, partition) => ({ ...record, partition })),
    );
    const records = await readTopic(broker.bootstrapServers, topics.status);
    assert.deepEqual(
      records.map(({ length }) => length),
      Array(20).fill(1),
    );
  });

  it('refuses what seatmapd reads, before it asks the cluster', () => {
    const { status, stderr } = recreate(
      topics.changelog,
      '--yes',
      '--set',
      'kafka.client.bootstrap.servers=127.0.0.1:1',
    );
    assert.equal(status, 78);
    assert.match(stderr, new RegExp(`^${topics.changelog} is never created anew: .* Nothing was changed\\.\n$`));
  });
});
