import { setTimeout as sleep } from 'node:timers/promises';
import type { TopicNames } from '../config/schema.js';
import { needsPerson, temporary } from '../errors.js';
import { type Admin, AdminError, type NewTopic } from '../kafka/admin.js';
import { bootstrapServers, type Client, clusterTopics } from './cluster-topics.js';
import { desiredTopics, ROLES, type TopicSettings } from './desired-topics.js';
import { inspectTopics } from './inspect-topics.js';
import { missingTopics, type PartitionCounts, partitionProblems } from './verify-topics.js';

export interface CreatedTopics {
  /** All six, inputs first. */
  readonly topics: readonly { readonly name: string; readonly partitions: number; readonly isNew: boolean }[];
  readonly warnings: readonly string[];
}

/**
 * Creates those of the six topics that are missing, waits until every partition has a leader, and verifies all as a
 * start does. Existing topics are never changed, and nothing is created beside existing ones that it would not fit.
 * @throws FatalError (78) for what a person has to mend, (75) when the cluster doesn't answer within `timeoutMs` a step.
 */
export async function createTopics(
  admin: Admin,
  client: Client,
  names: TopicNames,
  settings: TopicSettings,
  timeoutMs: number,
): Promise<CreatedTopics> {
  const desired = desiredTopics(names, settings);
  const known = await clusterTopics(client, timeoutMs);
  const missing = new Set(missingTopics(names, known));
  const planned = Object.fromEntries(
    ROLES.map((role) => [role, known.get(names[role])?.partitionCount ?? settings.partitions]),
  ) as PartitionCounts;
  const problems = partitionProblems(names, planned);
  if (problems.length > 0) {
    const context = missing.size > 0 && missing.size < ROLES.length;
    const hint = ` Nothing was created; a new topic would have ${settings.partitions} partitions (--partitions).`;
    throw needsPerson(`${problems.join(' ')}${context ? hint : ''}`);
  }
  const created = new Set<string>();
  for (const topic of desired) {
    if (missing.has(topic.name) && (await create(admin, topic))) created.add(topic.name);
  }
  await allLed(client, [...created], timeoutMs);
  const { partitionCounts, warnings } = await inspectTopics(client, names, timeoutMs);
  const topics = ROLES.map((role) => ({
    name: names[role],
    partitions: partitionCounts[role],
    isNew: created.has(names[role]),
  }));
  return { topics, warnings };
}

/** False when somebody else has created it meanwhile. */
async function create(admin: Admin, topic: NewTopic): Promise<boolean> {
  try {
    await admin.createTopic(topic);
    return true;
  } catch (error) {
    if (!(error instanceof AdminError)) throw error;
    if (error.topicExists) return false;
    const sentence = `${topic.name} was not created: ${error.message}`;
    throw error.isTemporary ? temporary(sentence, error) : needsPerson(sentence, error);
  }
}

/** Polls the metadata until all of `names` can be written. */
async function allLed(client: Client, names: readonly string[], timeoutMs: number): Promise<void> {
  const deadlineMs = performance.now() + timeoutMs;
  for (;;) {
    const known = await clusterTopics(client, timeoutMs);
    const waiting = names.filter((name) => known.get(name)?.isLed !== true);
    if (waiting.length === 0) return;
    if (performance.now() > deadlineMs) {
      throw temporary(
        `These topics are created, but have no leaders yet at ${bootstrapServers(client)}: ${waiting.join(', ')}`,
      );
    }
    await sleep(50);
  }
}
