import { randomBytes } from 'node:crypto';
import Kafka from 'node-rdkafka';
import { connected, partitionCounts, pause, promised, requestTimeoutMs } from './kafka-client.js';

/** The six topics of one run of the daemon and the application that names two of them. */
export type Topics = {
  readonly application: string;
  readonly init: string;
  readonly requests: string;
  readonly results: string;
  readonly status: string;
  readonly changelog: string;
  readonly deadLetters: string;
};
export type Inputs = Pick<Topics, 'init' | 'requests'>;
export type Outputs = Omit<Topics, keyof Inputs>;

/** A name never used before on any broker: a topic created again under an old one loses writes. */
export const freshName = (purpose: string): string => `${purpose}-${randomBytes(5).toString('hex')}`;

export function nameInputs(): Inputs {
  const name = freshName('in');
  return { init: `${name}-section-init`, requests: `${name}-reservation-requests` };
}

export function nameOutputs(): Outputs {
  const application = freshName('app');
  return {
    application,
    results: `${application}-reservation-completed`,
    status: `${application}-section-status`,
    changelog: `${application}-changelog`,
    deadLetters: `${application}-dead-letters`,
  };
}

export type NewTopic = {
  readonly topic: string;
  readonly partitions: number;
  readonly compacted?: boolean;
  /** Further topic configurations. */
  readonly configs?: Readonly<Record<string, string>>;
};

/** Of a compacted topic, most of which is compacted at once: what a marker follows, even, which bears the time of day. */
export const compactedAtOnce = { 'segment.ms': '1', 'min.cleanable.dirty.ratio': '0' } as const;

/** How many brokers have a record, and how many must have it before it counts as written. */
export type Replication = { readonly replication: number; readonly minInsyncReplicas: number };

const single: Replication = { replication: 1, minInsyncReplicas: 1 };

/** Creates topics and resolves when the broker's metadata has them all. */
export async function createTopics(
  bootstrapServers: string,
  topics: readonly NewTopic[],
  { replication, minInsyncReplicas }: Replication = single,
): Promise<void> {
  const admin = Kafka.AdminClient.create({ 'bootstrap.servers': bootstrapServers });
  try {
    const create = ({ topic, partitions, compacted, configs }: NewTopic) => {
      const config = {
        'cleanup.policy': compacted === true ? 'compact' : 'delete',
        'min.insync.replicas': String(minInsyncReplicas),
        ...configs,
      } as const;
      const created = { topic, num_partitions: partitions, replication_factor: replication, config };
      return promised((done) => admin.createTopic(created, requestTimeoutMs, done));
    };
    await Promise.all(topics.map(create));
  } finally {
    admin.disconnect();
  }
  await connected(new Kafka.Producer({ 'bootstrap.servers': bootstrapServers }), async (client) => {
    const names = topics.map(({ topic }) => topic);
    while ([...(await partitionCounts(client, names)).values()].includes(0)) await pause(50);
  });
}

/** Deletes a topic and resolves when the broker's metadata has it no more. */
export async function deleteTopic(bootstrapServers: string, topic: string): Promise<void> {
  const admin = Kafka.AdminClient.create({ 'bootstrap.servers': bootstrapServers });
  await promised((done) => admin.deleteTopic(topic, requestTimeoutMs, done));
  admin.disconnect();
  await connected(new Kafka.Producer({ 'bootstrap.servers': bootstrapServers }), async (client) => {
    while ((await partitionCounts(client, [topic])).get(topic) !== 0) await pause(50);
  });
}

export async function createInputs(
  bootstrapServers: string,
  partitions: number,
  replication?: Replication,
): Promise<Inputs> {
  const inputs = nameInputs();
  const topics = [inputs.init, inputs.requests].map((topic) => ({ topic, partitions }));
  await createTopics(bootstrapServers, topics, replication);
  return inputs;
}

export type OutputPartitions = {
  readonly results: number;
  readonly status: number;
  readonly statusConfigs?: NonNullable<NewTopic['configs']>;
};

/** The own topics of a new application that reads inputs of `partitions` partitions. */
export async function createOutputs(
  bootstrapServers: string,
  partitions: number,
  outputs: OutputPartitions = { results: partitions, status: partitions },
  replication?: Replication,
): Promise<Outputs> {
  const names = nameOutputs();
  const topics = [
    { topic: names.results, partitions: outputs.results },
    { topic: names.status, partitions: outputs.status, compacted: true, configs: outputs.statusConfigs ?? {} },
    { topic: names.changelog, partitions, compacted: true },
    { topic: names.deadLetters, partitions: 1 },
  ];
  await createTopics(bootstrapServers, topics, replication);
  return names;
}

/** Fresh inputs and outputs. */
export async function createAllTopics(
  bootstrapServers: string,
  partitions: number,
  outputs?: OutputPartitions,
  replication?: Replication,
): Promise<Topics> {
  return {
    ...(await createInputs(bootstrapServers, partitions, replication)),
    ...(await createOutputs(bootstrapServers, partitions, outputs, replication)),
  };
}
