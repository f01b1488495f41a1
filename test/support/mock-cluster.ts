import Kafka from 'node-rdkafka';
import { partitionCounts, pause, promised, requestTimeoutMs } from './kafka-client.js';

/** Partitions of each topic of a mock cluster, which is librdkafka's default. */
export const mockPartitions = 4;

/**
 * librdkafka's mock cluster in this process. It accepts transactions and does not carry them out: nothing that restarts,
 * aborts, rebalances or restores can be tested on it.
 */
export type MockCluster = {
  readonly bootstrapServers: string;
  /** Makes topics, which a mock cluster does at their first use. */
  createTopics(topics: readonly string[]): Promise<void>;
  stop(): Promise<void>;
};

export async function startMockCluster(): Promise<MockCluster> {
  const owner = new Kafka.Producer({ 'test.mock.num.brokers': 1 } as Kafka.ProducerGlobalConfig);
  const metadata = await promised<Kafka.Metadata>((done) => owner.connect({ timeout: requestTimeoutMs }, done));
  const [broker] = metadata.brokers;
  if (broker === undefined) throw new Error('the mock cluster names no broker');
  return {
    bootstrapServers: `${broker.host}:${broker.port}`,
    createTopics: async (topics) => {
      for (const topic of topics) {
        while (((await askFor(owner, topic)).get(topic) ?? 0) === 0) await pause(20);
      }
    },
    stop: () => new Promise((resolve) => owner.disconnect(() => resolve())),
  };
}

async function askFor(owner: Kafka.Producer, topic: string): Promise<Map<string, number>> {
  await promised<Kafka.Metadata>((done) => owner.getMetadata({ topic, timeout: requestTimeoutMs }, done));
  return partitionCounts(owner, [topic]);
}
