import assert from 'node:assert/strict';
import Kafka from 'node-rdkafka';
import { AdminError, openAdmin } from '../../../src/kafka/admin.js';
import { loadNative } from '../../../src/kafka/native.js';
import { type Broker, brokerOrSkip } from '../../support/broker.js';
import { connected, partitionCounts, pause, requestTimeoutMs } from '../../support/kafka-client.js';
import { freshName } from '../../support/topics.js';

describe('the admin client', () => {
  let broker: Broker;
  before(async function () {
    broker = await brokerOrSkip(this);
  });

  const topic = (name: string) => ({ name, partitions: 3, replication: 1, configs: { 'retention.ms': '1234567' } });
  const fails = (code: number, message: RegExp) => (error: unknown) => {
    assert.ok(error instanceof AdminError);
    assert.equal(error.code, code);
    assert.match(error.message, message);
    return true;
  };

  it('creates a topic with its partitions and configurations, refuses it a second time, deletes it', async () => {
    const admin = openAdmin({ 'bootstrap.servers': broker.bootstrapServers }, requestTimeoutMs);
    const name = freshName('admin');
    const { ERRORS } = Kafka.CODES;
    await admin.createTopic(topic(name));
    await connected(new Kafka.Producer({ 'bootstrap.servers': broker.bootstrapServers }), async (client) => {
      const count = async () => (await partitionCounts(client, [name])).get(name) ?? 0;
      while ((await count()) === 0) await pause(20);
      assert.equal(await count(), 3);
      const native = loadNative();
      assert.ok(!('unavailable' in native));
      const described = (await native.describeTopicConfigs(client, [name], requestTimeoutMs)).get(name);
      assert.ok(described !== undefined && 'values' in described);
      assert.equal(described.values['retention.ms'], '1234567');

      await assert.rejects(admin.createTopic(topic(name)), fails(ERRORS.ERR_TOPIC_ALREADY_EXISTS, /already exists/));
      await admin.deleteTopic(name);
      while ((await count()) > 0) await pause(20);
    });
    await assert.rejects(admin.deleteTopic(name), (error) => error instanceof AdminError && error.topicIsUnknown);
    admin.close();
  });

  it("fails with the broker's own sentence", async () => {
    const admin = openAdmin({ 'bootstrap.servers': broker.bootstrapServers }, requestTimeoutMs);
    const name = freshName('admin');
    const { ERR_INVALID_REPLICATION_FACTOR, ERR_INVALID_CONFIG } = Kafka.CODES.ERRORS;
    await assert.rejects(
      admin.createTopic({ ...topic(name), replication: 7 }),
      fails(ERR_INVALID_REPLICATION_FACTOR, /replicate.*7|7.*broker/i),
    );
    const configs = { 'retention.ms': 'long' };
    await assert.rejects(admin.createTopic({ ...topic(name), configs }), fails(ERR_INVALID_CONFIG, /retention\.ms/));
    admin.close();
  });
});
