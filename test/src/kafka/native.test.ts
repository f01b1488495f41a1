import assert from 'node:assert/strict';
import Kafka from 'node-rdkafka';
import { type KafkaClient, loadNative, type Native, type NativeError } from '../../../src/kafka/native.js';
import { type Broker, brokerOrSkip } from '../../support/broker.js';
import { connected, looseConsumer, pause, promised, requestTimeoutMs } from '../../support/kafka-client.js';
import { startMockCluster } from '../../support/mock-cluster.js';
import { createTopics, freshName } from '../../support/topics.js';

const { ERRORS } = Kafka.CODES;

function addon(): Native {
  const native = loadNative();
  assert.ok(!('unavailable' in native), 'the addon is not built: node native/build.mjs');
  return native;
}

const withCode = (code: number) => (error: NativeError) => {
  assert.equal(error.code, code, error.message);
  return error instanceof Error;
};

/** What each call that gives a promise came to, on one client: undefined where it succeeded. */
async function failures(native: Native, client: KafkaClient): Promise<(NativeError | undefined)[]> {
  const offsets = [{ topic: 'any', partition: 0, offset: 1 }];
  const settled = await Promise.allSettled([
    native.clusterId(client, 1_000),
    native.groupMetadata(client),
    native.describeTopicConfigs(client, ['any'], 1_000),
    native.sendOffsetsToTransaction(client, offsets, Buffer.from('none'), 1_000),
    native.describeTopics(client, ['any'], undefined, 1_000),
    native.listConsumerGroups(client, 1_000),
    native.listGroupMembers(client, 'any', 1_000),
    native.listConsumerGroupOffsets(client, 'any', 1_000),
    native.listOffsets(client, 'any', 1, 'end', 1_000),
    native.validateTopic(client, { name: 'any', partitions: 1, replication: 1, configs: {} }, 1_000),
  ]);
  return settled.map((result) => (result.status === 'rejected' ? (result.reason as NativeError) : undefined));
}

const codes = (errors: readonly (NativeError | undefined)[]): unknown[] => errors.map((error) => error?.code);
const closedCodes = Array(10).fill(ERRORS.ERR__STATE);

describe('the native addon, without a broker', () => {
  const native = addon();

  it('refuses a client that was never connected', async () => {
    for (const client of [new Kafka.Producer({}), looseConsumer('127.0.0.1:1', {})]) {
      assert.deepEqual(codes(await failures(native, client)), closedCodes);
      assert.throws(() => native.assignmentLost(client), withCode(ERRORS.ERR__STATE));
    }
  });

  it('refuses what is no client, and wrong arguments, with a TypeError', async () => {
    const impostor = new (class Producer {})();
    for (const value of [undefined, null, 1, 'client', {}, impostor, new Kafka.Producer({}), Buffer.alloc(8)]) {
      const client = { getClient: () => value };
      for (const error of await failures(native, client)) assert.ok(error instanceof TypeError);
      assert.throws(() => native.assignmentLost(client), TypeError);
    }
    await assert.rejects(native.clusterId(new Kafka.Producer({}), Number.NaN), TypeError);
  });

  it('[mock] refuses a client that was disconnected, and lets calls under way end first', async () => {
    const cluster = await startMockCluster();
    const client = new Kafka.Producer({ 'bootstrap.servers': cluster.bootstrapServers });
    let underWay: ReturnType<typeof failures>[] = [];
    await connected(client, async () => {
      assert.match(await native.clusterId(client, 1_000), /^mockCluster/);
      underWay = Array.from({ length: 10 }, () => failures(native, client));
    });
    for (const error of (await Promise.all(underWay)).flat()) assert.ok(error === undefined || error.code < 0);
    assert.deepEqual(codes(await failures(native, client)), closedCodes);
    await cluster.stop();
  });

  it('[mock] tells at once that a mock cluster knows no configurations', async () => {
    const cluster = await startMockCluster();
    await connected(new Kafka.Producer({ 'bootstrap.servers': cluster.bootstrapServers }), async (client) => {
      const described = native.describeTopicConfigs(client, ['any'], requestTimeoutMs);
      await assert.rejects(described, withCode(ERRORS.ERR__UNSUPPORTED_FEATURE));
    });
    await cluster.stop();
  });
});

describe('the native addon, on a real Kafka', () => {
  const native = addon();
  let broker: Broker;
  before(async function () {
    broker = await brokerOrSkip(this);
  });

  const producer = (properties: Kafka.ProducerGlobalConfig = {}): Kafka.Producer =>
    new Kafka.Producer({ 'bootstrap.servers': broker.bootstrapServers, ...properties });

  /** A member of a new group, alone, that reads `topic`; resolves when the topic is assigned to it. */
  async function joined(topic: string, properties: Kafka.ConsumerGlobalConfig = {}): Promise<Kafka.KafkaConsumer> {
    const group = { 'bootstrap.servers': broker.bootstrapServers, 'group.id': topic, rebalance_cb: true };
    const consumer = new Kafka.KafkaConsumer({ ...group, ...properties }, { 'auto.offset.reset': 'earliest' });
    await promised<Kafka.Metadata>((done) => consumer.connect({ timeout: requestTimeoutMs }, done));
    consumer.setDefaultConsumeTimeout(100);
    consumer.subscribe([topic]);
    while (consumer.assignments().length === 0) await promised<Kafka.Message[]>((done) => consumer.consume(1, done));
    return consumer;
  }

  const closed = (client: Kafka.KafkaConsumer): Promise<void> =>
    new Promise((resolve) => client.disconnect(() => resolve()));

  it('tells one id of the cluster to every client', async () => {
    const ids = [
      await connected(producer(), (client) => native.clusterId(client, requestTimeoutMs)),
      await connected(looseConsumer(broker.bootstrapServers, {}), (client) =>
        native.clusterId(client, requestTimeoutMs),
      ),
    ];
    assert.match(ids[0] ?? '', /^[\w-]{22}$/);
    assert.equal(ids[1], ids[0]);
  });

  it("tells each topic's configuration, and of an unknown one why not", async () => {
    const [topic, unknown] = [freshName('compacted'), freshName('unknown')];
    await createTopics(broker.bootstrapServers, [{ topic, partitions: 2, compacted: true }]);
    const described = await connected(producer(), (client) =>
      native.describeTopicConfigs(client, [topic, unknown], requestTimeoutMs),
    );
    const [known, missing] = [described.get(topic), described.get(unknown)];
    assert.ok(known !== undefined && 'values' in known);
    assert.equal(known.values['cleanup.policy'], 'compact');
    assert.equal(known.values['min.insync.replicas'], '1');
    assert.ok(missing !== undefined && 'error' in missing);
    assert.equal(missing.error.code, ERRORS.ERR_UNKNOWN_TOPIC_OR_PART);
  });

  it('commits offsets in the name of the generation captured, and no longer once that generation is over', async () => {
    const topic = freshName('offsets');
    await createTopics(broker.bootstrapServers, [{ topic, partitions: 1 }]);
    const consumer = await joined(topic);
    const { bytes, memberId, generation } = await native.groupMetadata(consumer);
    assert.ok(memberId.length > 0 && generation > 0, `member ${memberId} in generation ${generation}`);
    await connected(producer({ 'transactional.id': topic }), async (client) => {
      const send = (offset: number) =>
        native.sendOffsetsToTransaction(client, [{ topic, partition: 0, offset }], bytes, requestTimeoutMs);
      await promised((done) => client.initTransactions(requestTimeoutMs, done));
      await promised((done) => client.beginTransaction(done));
      await send(5);
      await promised((done) => client.commitTransaction(requestTimeoutMs, done));
      await closed(consumer);

      await promised((done) => client.beginTransaction(done));
      await assert.rejects(send(9), (error: NativeError) => {
        assert.ok(error.isTxnRequiresAbort && !error.isFatal, error.message);
        assert.equal(error.origin, 'kafka');
        return [ERRORS.ERR_UNKNOWN_MEMBER_ID, ERRORS.ERR_ILLEGAL_GENERATION].includes(error.code);
      });
      await promised((done) => client.abortTransaction(requestTimeoutMs, done));
    });
    const reader = looseConsumer(broker.bootstrapServers, { 'group.id': topic });
    const [committed] = await connected(reader, () =>
      promised<Kafka.TopicPartitionOffset[]>((done) =>
        reader.committed([{ topic, partition: 0 }], requestTimeoutMs, done),
      ),
    );
    assert.equal(committed?.offset, 5);
  });

  it('refuses group metadata that is none, and a producer as a consumer', async () => {
    await connected(producer(), async (client) => {
      const expected = [undefined, ERRORS.ERR__UNKNOWN_GROUP, undefined, ERRORS.ERR__BAD_MSG, ...Array(6)];
      // The topic has no leaders that could be asked.
      expected[8] = ERRORS.ERR__NOENT;
      assert.deepEqual(codes(await failures(native, client)), expected);
      assert.throws(() => native.assignmentLost(client), withCode(ERRORS.ERR__UNKNOWN_GROUP));
    });
  });

  it('tells a lost assignment from one that is held', async () => {
    const topic = freshName('lost');
    await createTopics(broker.bootstrapServers, [{ topic, partitions: 1 }]);
    const consumer = await joined(topic, { 'session.timeout.ms': 6_000, 'max.poll.interval.ms': 6_000 });
    assert.equal(native.assignmentLost(consumer), false);
    const lost: boolean[] = [];
    consumer.once('rebalance', () => lost.push(native.assignmentLost(consumer)));
    // A member that doesn't consume for max.poll.interval.ms is given up; it is told at its next consumes.
    await pause(7_000);
    while (lost.length === 0) await new Promise((resolve) => consumer.consume(1, resolve));
    assert.equal(lost[0], true);
    await closed(consumer);
  });
});
