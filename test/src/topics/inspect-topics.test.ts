import assert from 'node:assert/strict';
import Kafka from 'node-rdkafka';
import type { TopicNames } from '../../../src/config/schema.js';
import { FatalError } from '../../../src/errors.js';
import { openAdmin } from '../../../src/kafka/admin.js';
import { type Inspection, inspectTopics } from '../../../src/topics/inspect-topics.js';
import { type Broker, brokerOrSkip } from '../../support/broker.js';
import { connected, partitionCounts, pause, requestTimeoutMs } from '../../support/kafka-client.js';
import { mockPartitions, startMockCluster } from '../../support/mock-cluster.js';
import { createAllTopics, nameInputs, nameOutputs } from '../../support/topics.js';

const producer = (bootstrapServers: string) => new Kafka.Producer({ 'bootstrap.servers': bootstrapServers });
const sixOf = ({ init, requests, results, status, changelog, deadLetters }: TopicNames): string[] => [
  ...[init, requests, results, status, changelog, deadLetters],
];
const isFatal = (exitCode: number, sentence: RegExp) => (error: unknown) => {
  assert.ok(error instanceof FatalError, String(error));
  assert.equal(error.exitCode, exitCode);
  assert.match(error.message, sentence);
  return true;
};

describe('inspectTopics on a real Kafka', () => {
  let broker: Broker;
  before(async function () {
    broker = await brokerOrSkip(this);
  });
  const inspect = (names: TopicNames): Promise<Inspection> =>
    connected(producer(broker.bootstrapServers), (client) => inspectTopics(client, names, requestTimeoutMs));

  it('tells the partitions of topics that are as they must be, without a warning', async () => {
    const names = await createAllTopics(broker.bootstrapServers, 3, { results: 5, status: 2 });
    assert.deepEqual(await inspect(names), {
      partitionCounts: { init: 3, requests: 3, results: 5, status: 2, changelog: 3, deadLetters: 1 },
      warnings: [],
    });
  });

  it('names every missing topic, the cluster and the command, and creates none', async () => {
    const names = { ...nameInputs(), ...nameOutputs() };
    const all = sixOf(names).join(', ');
    const sentence = new RegExp(`at ${broker.bootstrapServers},.*: ${all}; \`seatmapd topics create\` creates them\\.`);
    await assert.rejects(inspect(names), isFatal(78, sentence));
    await assert.rejects(inspect(names), isFatal(78, sentence));
  });

  it('refuses a changelog that deletes as well as compacts', async () => {
    const names = await createAllTopics(broker.bootstrapServers, 1);
    const changelog = `${names.changelog}-deleting`;
    const admin = openAdmin({ 'bootstrap.servers': broker.bootstrapServers }, requestTimeoutMs);
    const configs = { 'cleanup.policy': 'compact,delete' };
    await admin.createTopic({ name: changelog, partitions: 1, replication: 1, configs });
    admin.close();
    const client = producer(broker.bootstrapServers);
    await connected(client, async () => {
      while ((await partitionCounts(client, [changelog])).get(changelog) === 0) await pause(20);
    });
    const sentence = new RegExp(`^The changelog ${changelog} has cleanup\\.policy=compact,delete,`);
    await assert.rejects(inspect({ ...names, changelog }), isFatal(78, sentence));
  });
});

describe('inspectTopics on the mock cluster', () => {
  it('[mock] tells the partitions of topics in use and warns that it could not verify the changelog', async () => {
    const cluster = await startMockCluster();
    const names = { ...nameInputs(), ...nameOutputs() };
    await cluster.createTopics(sixOf(names));
    const { partitionCounts, warnings } = await connected(producer(cluster.bootstrapServers), (client) =>
      inspectTopics(client, names, requestTimeoutMs),
    );
    assert.deepEqual(new Set(Object.values(partitionCounts)), new Set([mockPartitions]));
    assert.equal(warnings.length, 1);
    assert.match(warnings[0] ?? '', new RegExp(`not verified.*${names.changelog}`));
    await cluster.stop();
  });

  it('[mock] a cluster that no longer answers is temporary, and its address is told', async () => {
    const cluster = await startMockCluster();
    await connected(producer(cluster.bootstrapServers), async (client) => {
      await cluster.stop();
      const inspected = inspectTopics(client, { ...nameInputs(), ...nameOutputs() }, 1_000);
      await assert.rejects(
        inspected,
        isFatal(75, new RegExp(`No Kafka broker answers at ${cluster.bootstrapServers}: `)),
      );
    });
  });
});
