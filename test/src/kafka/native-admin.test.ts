import assert from 'node:assert/strict';
import Kafka from 'node-rdkafka';
import { loadNative, type Native } from '../../../src/kafka/native.js';
import { type Broker, brokerOrSkip } from '../../support/broker.js';
import { commitOffsets } from '../../support/commit.js';
import { connected, promised, requestTimeoutMs } from '../../support/kafka-client.js';
import { produceAll } from '../../support/produce.js';
import { createTopics, freshName } from '../../support/topics.js';

const { ERRORS } = Kafka.CODES;

function addon(): Native {
  const native = loadNative();
  assert.ok(!('unavailable' in native), 'the addon is not built: node native/build.mjs');
  return native;
}

describe("the addon's Admin API, on a real Kafka", () => {
  const native = addon();
  let broker: Broker;
  let topic: string;
  before(async function () {
    broker = await brokerOrSkip(this);
    topic = freshName('admin-api');
    await createTopics(broker.bootstrapServers, [{ topic, partitions: 3 }]);
    const records = Array.from({ length: 7 }, (_, at) => at);
    await produceAll(
      broker.bootstrapServers,
      records.map((at) => ({ topic, key: null, value: Buffer.from('x'), timestampMs: 1_000 + at, partition: at % 2 })),
    );
  });

  const asked = <T>(ask: (client: Kafka.Producer) => Promise<T>): Promise<T> =>
    connected(new Kafka.Producer({ 'bootstrap.servers': broker.bootstrapServers }), ask);

  it('tells partitions, replicas and the id of a topic as one broker knows it, creates none that is unknown', async () => {
    const unknown = freshName('unknown');
    for (const id of [undefined, 1]) {
      const topics = await asked((client) => native.describeTopics(client, [topic, unknown], id, requestTimeoutMs));
      const [known, missing] = [topics.get(topic), topics.get(unknown)];
      assert.ok(known !== undefined && 'partitions' in known);
      assert.match(known.id, /^[\w+/]{22}$/);
      const expected = [0, 1, 2].map((partition) => ({ partition, leader: 1, replicas: [1], inSyncReplicas: [1] }));
      assert.deepEqual(known.partitions, expected);
      assert.ok(missing !== undefined && 'error' in missing);
      assert.equal(missing.error.code, ERRORS.ERR_UNKNOWN_TOPIC_OR_PART);
    }
  });

  it('fails in time when the broker that is to answer does not exist', async () => {
    const described = asked((client) => native.describeTopics(client, [topic], 77, 500));
    await assert.rejects(described, (error: Kafka.LibrdKafkaError) => error.code === ERRORS.ERR__TIMED_OUT);
  });

  it('tells whether the cluster would create a topic, in its own words, and creates none', async () => {
    const good = {
      name: freshName('validated'),
      partitions: 3,
      replication: 1,
      configs: { 'retention.ms': '1234567' },
    };
    const validate = (topic: typeof good) => asked((client) => native.validateTopic(client, topic, requestTimeoutMs));
    await validate(good);
    await assert.rejects(validate({ ...good, replication: 7 }), /replicat/i);
    await assert.rejects(validate({ ...good, configs: { 'retention.ms': 'long' } }), /retention\.ms/);
    await assert.rejects(validate({ ...good, name: topic }), /already exists/);
    const topics = await asked((client) => native.describeTopics(client, [good.name], undefined, requestTimeoutMs));
    assert.ok('error' in (topics.get(good.name) ?? {}));
  });

  it('tells beginnings and ends of every partition', async () => {
    const offsets = async (at: 'beginning' | 'end') => {
      const listed = await asked((client) => native.listOffsets(client, topic, 3, at, requestTimeoutMs));
      assert.ok(listed.every(({ code }) => code === 0));
      return [0, 1, 2].map((partition) => listed.find((one) => one.partition === partition)?.offset);
    };
    assert.deepEqual(await offsets('beginning'), [0, 0, 0]);
    assert.deepEqual(await offsets('end'), [4, 3, 0]);
  });

  it('tells groups, what they have committed, and their members under either protocol', async () => {
    const group = freshName('group');
    await commitOffsets(broker.bootstrapServers, group, [{ topic, partition: 1, offset: 2 }]);
    const groups = await asked((client) => native.listConsumerGroups(client, requestTimeoutMs));
    assert.deepEqual(
      groups.filter((one) => one.group === group),
      [{ group, state: 'Empty' }],
    );
    const offsets = await asked((client) => native.listConsumerGroupOffsets(client, group, requestTimeoutMs));
    assert.deepEqual(offsets, [{ topic, partition: 1, offset: 2, code: 0, message: '' }]);
    assert.deepEqual(await asked((client) => native.listGroupMembers(client, group, requestTimeoutMs)), []);

    for (const protocol of ['classic', 'consumer'] as const) {
      const properties = {
        ...{ 'bootstrap.servers': broker.bootstrapServers, 'client.id': 'a-member', rebalance_cb: true },
        ...{ 'group.id': freshName('joined'), 'group.protocol': protocol },
      };
      const member = new Kafka.KafkaConsumer(properties, { 'auto.offset.reset': 'earliest' });
      await connected(member, async () => {
        member.setDefaultConsumeTimeout(50);
        member.subscribe([topic]);
        while (member.assignments().length === 0) await promised<Kafka.Message[]>((done) => member.consume(1, done));
        const joined = properties['group.id'];
        const members = await asked((client) => native.listGroupMembers(client, joined, requestTimeoutMs));
        assert.deepEqual(
          members.map(({ clientId }) => clientId),
          ['a-member'],
          protocol,
        );
      });
    }
  });
});
