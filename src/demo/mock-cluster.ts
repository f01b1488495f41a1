import { setTimeout as sleep } from 'node:timers/promises';
import Kafka from 'node-rdkafka';
import { silentLog } from '../client/silent-log.js';
import { assert } from '../errors.js';
import { connect, disconnect } from '../kafka/connect.js';
import { called } from '../kafka/failure.js';
import { clusterTopics } from '../topics/cluster-topics.js';

const metadataTimeoutMs = 10_000;
const topicPauseMs = 20;

/**
 * librdkafka's mock cluster, in this process: one broker on a port of the loopback interface. Topics have 4 partitions;
 * a partition keeps its last 5 MiB. It accepts transactions and doesn't carry them out.
 */
export class MockCluster {
  private constructor(
    private readonly owner: Kafka.Producer,
    readonly bootstrapServers: string,
  ) {}

  static async start(): Promise<MockCluster> {
    // The cast is for node-rdkafka's types, which don't know all properties.
    const owner = new Kafka.Producer({ 'test.mock.num.brokers': 1, log_level: 0 } as Kafka.ProducerGlobalConfig, {});
    await connect(owner, silentLog);
    const { brokers } = await called<Kafka.Metadata>((done) => owner.getMetadata({ timeout: metadataTimeoutMs }, done));
    const [broker] = brokers;
    assert(broker !== undefined, 'a mock cluster names its broker');
    return new MockCluster(owner, `${broker.host}:${broker.port}`);
  }

  /** Makes topics, which this cluster does when they are asked about by name. */
  async createTopics(names: readonly string[]): Promise<void> {
    for (const topic of names) {
      while (!(await clusterTopics(this.owner, metadataTimeoutMs)).has(topic)) {
        await called<Kafka.Metadata>((done) => this.owner.getMetadata({ topic, timeout: metadataTimeoutMs }, done));
        await sleep(topicPauseMs);
      }
    }
  }

  stop(): Promise<void> {
    return disconnect(this.owner);
  }
}
