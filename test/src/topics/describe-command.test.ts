import assert from 'node:assert/strict';
import { ROLES } from '../../../src/topics/desired-topics.js';
import type { TopicDescription } from '../../../src/topics/topic-description.js';
import { type Broker, brokerOrSkip } from '../../support/broker.js';
import { commitOffsets } from '../../support/commit.js';
import { writeConfiguration } from '../../support/configuration.js';
import { produceAll } from '../../support/produce.js';
import { createAllTopics, freshName, type Topics } from '../../support/topics.js';
import { seatmapd } from '../cli/seatmapd.js';

describe('topics describe', () => {
  let broker: Broker;
  let topics: Topics;
  let configuration: string;
  const group = freshName('dashboard');
  before(async function () {
    broker = await brokerOrSkip(this);
    topics = await createAllTopics(broker.bootstrapServers, 2, { results: 3, status: 4 });
    configuration = writeConfiguration(broker.bootstrapServers, topics).file;
    const record = { topic: topics.results, key: Buffer.from('key'), value: Buffer.from('value'), timestampMs: 1_000 };
    await produceAll(
      broker.bootstrapServers,
      [0, 0, 0, 1].map((partition) => ({ ...record, partition })),
    );
    await commitOffsets(broker.bootstrapServers, group, [{ topic: topics.results, partition: 0, offset: 1 }]);
  });

  it('tells of the six topics, for people and for scripts, with the lag of a group', () => {
    const { status, stdout, stderr } = seatmapd(['topics', 'describe', '-c', configuration]);
    assert.equal(status, 0, stderr);
    const [head, ...rows] = stdout.split('\n');
    assert.match(head ?? '', /^TOPIC +PARTITIONS +REPLICATION +IN SYNC +RECORDS +CONFIGURATION$/);
    assert.deepEqual(
      rows.slice(0, 6).map((row) => row.split(/ {2,}/).slice(0, 5)),
      ROLES.map((role) => {
        const partitions = { results: '3', status: '4', deadLetters: '1' }[role as string] ?? '2';
        return [topics[role], partitions, '1', 'all', role === 'results' ? '≤ 4' : '≤ 0'];
      }),
    );
    assert.match(stdout, new RegExp(`^${group} +Empty +${topics.results} +3 +2$`, 'm'));

    const json = seatmapd(['topics', 'describe', '-c', configuration, '--json', topics.results]);
    assert.equal(json.status, 0, json.stderr);
    const [described, ...others] = (
      JSON.parse(json.stdout) as { topics: (TopicDescription & { recordsAtMost: number })[] }
    ).topics;
    assert.equal(others.length, 0);
    assert.equal(described?.name, topics.results);
    assert.equal(described?.recordsAtMost, 4);
    assert.deepEqual(described?.groups, [{ group, state: 'Empty', lag: 3, partitionsBehind: 2 }]);
    assert.deepEqual(described?.ownConfigs, { 'cleanup.policy': 'delete', 'min.insync.replicas': '1' });
    assert.deepEqual(
      described?.partitions.map(({ beginning, end }) => [beginning, end]),
      [
        [0, 3],
        [0, 1],
        [0, 0],
      ],
    );
  });

  it('exits 78 naming every topic that is not there', () => {
    const missing = [freshName('missing'), freshName('missing')];
    const unknown = seatmapd(['topics', 'describe', '-c', configuration, topics.status, ...missing]);
    assert.equal(unknown.status, 78);
    assert.match(
      unknown.stderr,
      new RegExp(`^Not there at ${broker.bootstrapServers}, .*: ${missing.join(', ')}\\.\n$`),
    );
  });
});
