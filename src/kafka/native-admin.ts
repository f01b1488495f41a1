import type { NewTopic } from './admin.js';
import { type Callback, type KafkaClient, promise } from './native-call.js';

/** Why the broker did not tell of one topic or partition, while it told of others. */
export type Untold = { readonly code: number; readonly message: string };

/**
 * A topic's configuration by name (null where the broker keeps the value to itself) and the names of what is set on the
 * topic itself, all else being defaults; or why it was not told.
 */
export type TopicConfigs = ToldConfigs | { readonly error: Untold };
type ToldConfigs = { readonly values: Readonly<Record<string, string | null>>; readonly own: readonly string[] };

/** A partition as a broker's metadata have it: ids of brokers, -1 for no leader. */
export type DescribedPartition = {
  readonly partition: number;
  readonly leader: number;
  readonly replicas: readonly number[];
  readonly inSyncReplicas: readonly number[];
};

/** A topic as a broker's metadata have it, or why it was not told. A topic that is created anew has another id (KIP-516). */
export type DescribedTopic = ToldTopic | { readonly error: Untold };
type ToldTopic = { readonly id: string; readonly partitions: readonly DescribedPartition[] };

/** `state`: librdkafka's name of it ("Stable", "Empty" …). */
export type ConsumerGroup = { readonly group: string; readonly state: string };

/** `clientId` is the member's client.id, `host` where the broker sees it. */
export type GroupMember = { readonly memberId: string; readonly clientId: string; readonly host: string };

/** A partition's offset; `code` is not 0 where it is not known, and `message` says why. */
export type ToldOffset = {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly code: number;
  readonly message: string;
};

/** What this client's principal may do to a topic or a group: operations as Kafka names them, "READ", "DESCRIBE_CONFIGS"; or why that is not told. */
export type Rights = { readonly name: string; readonly operations: readonly string[] } & Untold;

/** librdkafka's Admin API, as far as node-rdkafka lacks it. Every call takes any client and waits `timeoutMs` at most. */
export interface NativeAdmin {
  /** rd_kafka_DescribeConfigs of topics, all in one request. librdkafka's mock cluster refuses it at once with code -165 (ERR__UNSUPPORTED_FEATURE). */
  describeTopicConfigs(
    client: KafkaClient,
    topics: readonly string[],
    timeoutMs: number,
  ): Promise<ReadonlyMap<string, TopicConfigs>>;
  /** rd_kafka_DescribeTopics, by the metadata of the broker with id `broker`, or of any; creates no topic. */
  describeTopics(
    client: KafkaClient,
    topics: readonly string[],
    broker: number | undefined,
    timeoutMs: number,
  ): Promise<ReadonlyMap<string, DescribedTopic>>;
  /** rd_kafka_ListConsumerGroups on every broker; rejected when one of them does not answer. */
  listConsumerGroups(client: KafkaClient, timeoutMs: number): Promise<readonly ConsumerGroup[]>;
  /** rd_kafka_DescribeConsumerGroups: the members of one group, none for a group that does not exist. */
  listGroupMembers(client: KafkaClient, group: string, timeoutMs: number): Promise<readonly GroupMember[]>;
  /** rd_kafka_ListConsumerGroupOffsets: what a group has committed, of all topics. */
  listConsumerGroupOffsets(client: KafkaClient, group: string, timeoutMs: number): Promise<readonly ToldOffset[]>;
  /** rd_kafka_ListOffsets of partitions 0 to `partitions`: the first offset, or as `read_committed` the one behind the last (the last stable offset). */
  listOffsets(
    client: KafkaClient,
    topic: string,
    partitions: number,
    at: 'beginning' | 'end',
    timeoutMs: number,
  ): Promise<readonly ToldOffset[]>;
  /** rd_kafka_DescribeTopics with the authorized operations (KIP-430). */
  topicRights(client: KafkaClient, topics: readonly string[], timeoutMs: number): Promise<readonly Rights[]>;
  /** rd_kafka_DescribeConsumerGroups with the authorized operations, of a group that need not exist. */
  groupRights(client: KafkaClient, group: string, timeoutMs: number): Promise<readonly Rights[]>;
  /** rd_kafka_CreateTopics with validate_only: rejected when the cluster would not create such a topic; creates nothing. */
  validateTopic(client: KafkaClient, topic: NewTopic, timeoutMs: number): Promise<void>;
}

/** What the addon says of one topic; with a code other than 0 the rest of it is empty. */
type Answer<Told> = Told & Untold & { readonly topic: string };

/** The addon's calls as they are: native/src/calls.h. */
export interface AdminAddon {
  describeTopicConfigs(
    client: unknown,
    topics: readonly string[],
    timeoutMs: number,
    done: Callback<Answer<ToldConfigs>[]>,
  ): void;
  describeTopics(
    client: unknown,
    topics: readonly string[],
    broker: number,
    timeoutMs: number,
    done: Callback<Answer<ToldTopic>[]>,
  ): void;
  listConsumerGroups(client: unknown, timeoutMs: number, done: Callback<ConsumerGroup[]>): void;
  listGroupMembers(client: unknown, group: string, timeoutMs: number, done: Callback<GroupMember[]>): void;
  listConsumerGroupOffsets(client: unknown, group: string, timeoutMs: number, done: Callback<ToldOffset[]>): void;
  listOffsets(
    client: unknown,
    topic: string,
    partitions: number,
    atEnd: boolean,
    timeoutMs: number,
    done: Callback<ToldOffset[]>,
  ): void;
  topicRights(client: unknown, topics: readonly string[], timeoutMs: number, done: Callback<Rights[]>): void;
  groupRights(client: unknown, group: string, timeoutMs: number, done: Callback<Rights[]>): void;
  validateTopic(
    client: unknown,
    topic: string,
    partitions: number,
    replication: number,
    configNames: readonly string[],
    configValues: readonly string[],
    timeoutMs: number,
    done: Callback<void>,
  ): void;
}

const anyBroker = -1;

export function nativeAdminOf(addon: AdminAddon): NativeAdmin {
  return {
    describeTopicConfigs: async (client, topics, timeoutMs) =>
      byTopic(
        await promise<Answer<ToldConfigs>[]>((done) =>
          addon.describeTopicConfigs(client.getClient(), topics, timeoutMs, done),
        ),
        ({ values, own }) => ({ values, own }),
      ),
    describeTopics: async (client, topics, broker = anyBroker, timeoutMs) =>
      byTopic(
        await promise<Answer<ToldTopic>[]>((done) =>
          addon.describeTopics(client.getClient(), topics, broker, timeoutMs, done),
        ),
        ({ id, partitions }) => ({ id, partitions }),
      ),
    listConsumerGroups: (client, timeoutMs) =>
      promise((done) => addon.listConsumerGroups(client.getClient(), timeoutMs, done)),
    listGroupMembers: (client, group, timeoutMs) =>
      promise((done) => addon.listGroupMembers(client.getClient(), group, timeoutMs, done)),
    listConsumerGroupOffsets: (client, group, timeoutMs) =>
      promise((done) => addon.listConsumerGroupOffsets(client.getClient(), group, timeoutMs, done)),
    listOffsets: (client, topic, partitions, at, timeoutMs) =>
      promise((done) => addon.listOffsets(client.getClient(), topic, partitions, at === 'end', timeoutMs, done)),
    topicRights: (client, topics, timeoutMs) =>
      promise((done) => addon.topicRights(client.getClient(), topics, timeoutMs, done)),
    groupRights: (client, group, timeoutMs) =>
      promise((done) => addon.groupRights(client.getClient(), group, timeoutMs, done)),
    validateTopic: (client, { name, partitions, replication, configs }, timeoutMs) => {
      const [names, values] = [Object.keys(configs), Object.values(configs)];
      return promise((done) =>
        addon.validateTopic(client.getClient(), name, partitions, replication, names, values, timeoutMs, done),
      );
    },
  };
}

const byTopic = <Told, Kept>(
  answers: readonly Answer<Told>[],
  kept: (told: Told) => Kept,
): ReadonlyMap<string, Kept | { readonly error: Untold }> =>
  new Map(
    answers.map((answer) => {
      const { topic, code, message } = answer;
      return [topic, code === 0 ? kept(answer) : { error: { code, message } }];
    }),
  );
