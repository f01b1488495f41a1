import Kafka from 'node-rdkafka';
import { newClusterId } from './broker.js';
import { connected, patiently, pause, promised, requestTimeoutMs } from './kafka-client.js';
import { jvm, KafkaNode } from './kafka-node.js';
import type { BrokerSettings } from './kafka-properties.js';
import { freePorts } from './ports.js';
import { temporaryFolder } from './temporary.js';

const size = 3;
const pollMs = 50;

/** A dead broker's partitions have new leaders after six seconds, not nine; a busy machine is not taken for a dead quorum. */
const settings: BrokerSettings = {
  'broker.session.timeout.ms': 6_000,
  'broker.heartbeat.interval.ms': 1_000,
  'controller.quorum.fetch.timeout.ms': 6_000,
  'controller.quorum.election.timeout.ms': 3_000,
  'min.insync.replicas': 2,
};

/** A topic's replication in a cluster: any one broker may die. */
export const replicated = { replication: size, minInsyncReplicas: 2 } as const;

/** Three real brokers, each a controller as well. Offsets and transactions have three replicas, two of which must be in sync. */
export class Cluster {
  private constructor(private readonly nodes: readonly KafkaNode[]) {}

  static async start(): Promise<Cluster> {
    const ports = await freePorts(2 * size);
    const controllerPorts = ports.slice(size);
    const voters = controllerPorts.map((port, index) => `${index + 1}@127.0.0.1:${port}`).join(',');
    const clusterId = newClusterId();
    const nodes = await Promise.all(
      controllerPorts.map((controllerPort, index) => {
        const folder = temporaryFolder(`kafka-${index + 1}`);
        const port = ports[index] as number;
        const layout = { nodeId: index + 1, folder, port, controllerPort, voters, replication: size, settings };
        return KafkaNode.create(layout, clusterId, jvm.small);
      }),
    );
    const cluster = new Cluster(nodes);
    await Promise.all(nodes.map((node) => node.start()));
    await cluster.untilComplete();
    return cluster;
  }

  get bootstrapServers(): string {
    return this.nodes.map((node) => node.bootstrapServers).join(',');
  }

  node(id: number): KafkaNode {
    const node = this.nodes.find((candidate) => candidate.id === id);
    if (node === undefined) throw new Error(`the cluster has no broker ${id}`);
    return node;
  }

  /** The broker that leads a partition now. */
  async leader(topic: string, partition: number): Promise<number> {
    const { topics } = await this.metadata();
    const leader = topics.find(({ name }) => name === topic)?.partitions.find(({ id }) => id === partition)?.leader;
    if (leader === undefined || leader < 0) throw new Error(`${topic}-${partition} has no leader`);
    return leader;
  }

  /** The broker that coordinates the transactions of a transactional.id. */
  transactionCoordinator(transactionalId: string): Promise<number> {
    return this.coordinator('__transaction_state', transactionalId);
  }

  groupCoordinator(group: string): Promise<number> {
    return this.coordinator('__consumer_offsets', group);
  }

  /** Resolves when all brokers are there and every partition has all of its replicas in sync. */
  async untilComplete(): Promise<void> {
    for (;;) {
      const { brokers, topics } = await this.metadata();
      const partitions = topics.flatMap((topic) => topic.partitions);
      const isComplete = partitions.every(({ isrs, replicas }) => isrs.length === replicas.length);
      if (brokers.length === size && isComplete) return;
      await pause(pollMs);
    }
  }

  async stop(): Promise<void> {
    // Not in order: the last ones would wait for a quorum.
    await Promise.all(this.nodes.map((node) => node.kill()));
    for (const node of this.nodes) node.removeFolder();
  }

  private async coordinator(topic: string, key: string): Promise<number> {
    const { topics } = await this.metadata();
    const count = topics.find(({ name }) => name === topic)?.partitions.length;
    if (count === undefined) throw new Error(`${topic} is not there yet`);
    return this.leader(topic, (javaHash(key) & 0x7fffffff) % count);
  }

  private metadata(): Promise<Kafka.Metadata> {
    const client = new Kafka.Producer({ 'bootstrap.servers': this.bootstrapServers, log_level: 0 });
    return connected(client, () =>
      patiently(() =>
        promised<Kafka.Metadata>((done) => client.getMetadata({ allTopics: true, timeout: requestTimeoutMs }, done)),
      ),
    );
  }
}

/** Java's String.hashCode, by which Kafka chooses the partition of a coordinator's topic. */
const javaHash = (text: string): number => {
  let hash = 0;
  for (let at = 0; at < text.length; at++) hash = (Math.imul(hash, 31) + text.charCodeAt(at)) | 0;
  return hash;
};
