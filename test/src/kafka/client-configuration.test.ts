import assert from 'node:assert/strict';
import Kafka from 'node-rdkafka';
import { configSchema } from '../../../src/config/schema.js';
import { consumerConfiguration, producerConfiguration } from '../../../src/kafka/client-configuration.js';
import { PackedSource } from '../../../src/kafka/packed-source.js';
import { changelogProperties, inputProperties, outputProperties } from '../../../src/kafka/properties.js';
import { brokerOrSkip } from '../../support/broker.js';
import { connected, requestTimeoutMs } from '../../support/kafka-client.js';
import { startMockCluster } from '../../support/mock-cluster.js';
import { addon, ERRORS, withCode } from '../../support/packed.js';
import { createTopics, freshName } from '../../support/topics.js';

const configOf = (bootstrapServers: string, rest: object = {}) =>
  configSchema.parse({ kafka: { client: { 'bootstrap.servers': bootstrapServers }, ...rest } });

describe('the configuration of a client', () => {
  it('has what is about topics in the part that librdkafka reads it from', () => {
    const config = configOf('a:1', { producer: { 'message.timeout.ms': 7_000, 'linger.ms': 3 } });
    const [client, topics] = producerConfiguration({ ...outputProperties(config), dr_cb: true });
    assert.deepEqual(topics, { acks: 'all', partitioner: 'murmur2_random', 'message.timeout.ms': 7_000 });
    assert.equal(client['linger.ms'], 3);
    assert.equal(client.dr_cb, true);
    for (const name of Object.keys(topics)) assert.ok(!(name in client), name);
    for (const properties of [inputProperties(config, false), changelogProperties(config)]) {
      assert.deepEqual(consumerConfiguration(properties)[1], { 'auto.offset.reset': 'error' });
    }
  });

  it('[mock] has records time out when it says so', async () => {
    const cluster = await startMockCluster();
    await cluster.createTopics(['timeouts']);
    const properties = { 'bootstrap.servers': cluster.bootstrapServers, 'message.timeout.ms': 500, dr_cb: true };
    await connected(new Kafka.Producer(...producerConfiguration(properties)), async (producer) => {
      producer.on('event.error', () => undefined);
      producer.setPollInterval(50);
      await cluster.stop();
      const failed = new Promise<Kafka.LibrdKafkaError>((resolve) => producer.on('delivery-report', resolve));
      producer.produce('timeouts', 0, Buffer.from('a value'));
      assert.match((await failed).message, /timed out/);
    });
  });

  it('has the offset that a partition no longer has be an error, never a jump to its end', async function () {
    const { bootstrapServers } = await brokerOrSkip(this);
    const topic = freshName('range');
    await createTopics(bootstrapServers, [{ topic, partitions: 1 }]);
    const properties = changelogProperties(configOf(bootstrapServers));
    await connected(new Kafka.KafkaConsumer(...consumerConfiguration(properties)), async (consumer) => {
      const onError = (error: unknown): never => {
        throw error;
      };
      const source = new PackedSource(addon(), { consumer, topics: [topic], onError });
      consumer.assign([{ topic, partition: 0, offset: 999 }]);
      await assert.rejects(source.take(1, requestTimeoutMs, 0), withCode(ERRORS.ERR__AUTO_OFFSET_RESET));
    });
  });
});
