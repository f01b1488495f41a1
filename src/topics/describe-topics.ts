import { setTimeout as sleep } from 'node:timers/promises';
import { needsPerson, temporary } from '../errors.js';
import { isKafkaError, kafkaFailure } from '../kafka/failure.js';
import type { Native } from '../kafka/native.js';
import type { DescribedTopic, ToldOffset, Untold } from '../kafka/native-admin.js';
import { bootstrapServers, type Client } from './cluster-topics.js';
import { type CommittedOffset, type GroupLag, lagOf, type TopicDescription } from './topic-description.js';

/** Groups whose offsets are asked for at the same time. */
const groupsAtOnce = 16;

/** Where to ask: a connected client, and how long each request waits. */
export interface Asking {
  readonly client: Client;
  readonly native: Native;
  readonly timeoutMs: number;
}

/**
 * Describes topics, in the order of `names`, with the lag of every consumer group. Nothing is changed.
 * @throws FatalError (78) naming topics that don't exist, or a right that is missing; (75) for what passes by itself
 */
export async function describeTopics(asking: Asking, names: readonly string[]): Promise<TopicDescription[]> {
  const { client, native, timeoutMs } = asking;
  const [topics, configs] = await Promise.all([
    told(asking, 'the topics', native.describeTopics(client, names, undefined, timeoutMs)),
    told(asking, "the topics' configurations", native.describeTopicConfigs(client, names, timeoutMs)),
  ]);
  refuseMissing(asking, names, topics);
  const bare = await Promise.all(
    names.map(async (name) => {
      const { id, partitions } = known(name, topics.get(name));
      const { values, own } = known(name, configs.get(name));
      const [beginnings, ends] = await Promise.all([
        offsetsAt(asking, name, partitions.length, 'beginning'),
        offsetsAt(asking, name, partitions.length, 'end'),
      ]);
      return {
        ...{ name, id, configs: values },
        ownConfigs: Object.fromEntries(own.map((config) => [config, values[config] ?? ''])),
        partitions: partitions.map((partition) => ({
          ...partition,
          beginning: beginnings.get(partition.partition) ?? 0,
          end: ends.get(partition.partition) ?? 0,
        })),
      };
    }),
  );
  const groups = await groupLags(asking, bare);
  return bare.map((topic) => ({ ...topic, groups: groups.get(topic.name) ?? [] }));
}

/** The lag of each group on each topic that it has committed an offset of. */
async function groupLags(
  asking: Asking,
  topics: readonly Pick<TopicDescription, 'name' | 'partitions'>[],
): Promise<ReadonlyMap<string, readonly GroupLag[]>> {
  const { client, native, timeoutMs } = asking;
  const listed = await told(asking, 'the consumer groups', native.listConsumerGroups(client, timeoutMs));
  const groups = [...listed].sort((a, b) => (a.group < b.group ? -1 : 1));
  const lags = new Map<string, GroupLag[]>(topics.map(({ name }) => [name, []]));
  for (let at = 0; at < groups.length; at += groupsAtOnce) {
    await Promise.all(
      groups.slice(at, at + groupsAtOnce).map(async ({ group, state }) => {
        const offsets = native.listConsumerGroupOffsets(client, group, timeoutMs);
        const committed = committedByTopic(group, await told(asking, `the offsets of ${group}`, offsets));
        for (const { name, partitions } of topics) {
          const ofTopic = committed.get(name);
          if (ofTopic !== undefined) lags.get(name)?.push({ group, state, ...lagOf(partitions, ofTopic) });
        }
      }),
    );
  }
  return lags;
}

function committedByTopic(group: string, offsets: readonly ToldOffset[]): Map<string, CommittedOffset[]> {
  const committed = new Map<string, CommittedOffset[]>();
  for (const told of offsets) {
    const { topic, partition, offset } = told;
    if (told.code !== 0)
      throw kafkaFailure(`the offset of ${group} for ${topic}-${partition} is not known`, errorOf(told));
    // A partition without a committed offset is told with a negative one.
    if (offset >= 0) committed.set(topic, [...(committed.get(topic) ?? []), { partition, offset }]);
  }
  return committed;
}

/** Of a topic that was just created, or whose leaders move, some brokers don't know yet that they lead it. */
async function offsetsAt(
  asking: Asking,
  topic: string,
  partitions: number,
  at: 'beginning' | 'end',
): Promise<ReadonlyMap<number, number>> {
  const { client, native, timeoutMs } = asking;
  const deadlineMs = performance.now() + timeoutMs;
  for (;;) {
    const listed = native.listOffsets(client, topic, partitions, at, timeoutMs);
    const offsets = await told(asking, `the ${at} of ${topic}`, listed);
    const failed = offsets.find(({ code }) => code !== 0);
    if (failed === undefined) return new Map(offsets.map(({ partition, offset }) => [partition, offset]));
    if (!leaderCodes.includes(failed.code) || performance.now() > deadlineMs)
      throw kafkaFailure(`the ${at} of ${topic}-${failed.partition} is not known`, errorOf(failed));
    await sleep(leaderPollMs);
  }
}

/** UNKNOWN_TOPIC_OR_PART, LEADER_NOT_AVAILABLE, NOT_LEADER_FOR_PARTITION. */
const leaderCodes: readonly number[] = [3, 5, 6];
const leaderPollMs = 100;

const errorOf = ({ code, message }: Untold): Error => Object.assign(new Error(message), { code });

const unknownTopic = 3;

function refuseMissing(
  { client }: Asking,
  names: readonly string[],
  topics: ReadonlyMap<string, DescribedTopic>,
): void {
  const missing = names.filter((name) => {
    const topic = topics.get(name);
    return topic !== undefined && 'error' in topic && topic.error.code === unknownTopic;
  });
  if (missing.length > 0)
    throw needsPerson(
      `Not there at ${bootstrapServers(client)}, or this client may not see it: ${missing.join(', ')}.`,
    );
}

function known<Told extends object>(topic: string, answer: Told | { readonly error: Untold } | undefined): Told {
  if (answer === undefined) throw temporary(`The brokers told nothing of ${topic}.`);
  if ('error' in answer) throw kafkaFailure(`the brokers did not tell of ${topic}`, errorOf(answer.error));
  return answer;
}

/** What the cluster answers; a failure is told with what was asked for. */
async function told<T>({ client }: Asking, what: string, answer: Promise<T>): Promise<T> {
  return answer.catch((error: unknown) => {
    if (!isKafkaError(error)) throw error;
    throw kafkaFailure(`${bootstrapServers(client)} did not tell ${what}`, error);
  });
}
