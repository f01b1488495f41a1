import Kafka from 'node-rdkafka';
import type { TopicNames } from '../config/schema.js';
import { messageOf, needsPerson, temporary } from '../errors.js';
import { loadNative, type NativeError } from '../kafka/native.js';
import type { TopicConfigs } from '../kafka/native-admin.js';
import { bootstrapServers, type Client, clusterTopics } from './cluster-topics.js';
import { ROLES } from './desired-topics.js';
import { missingTopics, type PartitionCounts, partitionProblems, policyFindings } from './verify-topics.js';

export interface Inspection {
  readonly partitionCounts: PartitionCounts;
  /** What could not be verified, or is unusual: one sentence each. */
  readonly warnings: readonly string[];
}

/**
 * Verifies the six topics before a start and tells their numbers of partitions. `client` is connected; nothing is
 * created or changed. What needs the addon, or a broker's Admin API, is a warning where there is none (mock cluster).
 * @throws FatalError (78) naming missing topics, unequal partition counts, a changelog that isn't compacted; (75) when no
 * broker answers within `timeoutMs`.
 */
export async function inspectTopics(client: Client, names: TopicNames, timeoutMs: number): Promise<Inspection> {
  const known = await clusterTopics(client, timeoutMs);
  const missing = missingTopics(names, known);
  if (missing.length > 0) {
    const [subject, object] = missing.length === 1 ? ['This topic does', 'it'] : ['These topics do', 'them'];
    throw needsPerson(
      `${subject} not exist at ${bootstrapServers(client)}, or this client may not see ${object}: ${missing.join(', ')}; ` +
        `\`seatmapd topics create\` creates ${object}.`,
    );
  }
  const partitionCounts = Object.fromEntries(
    ROLES.map((role) => [role, known.get(names[role])?.partitionCount ?? 0]),
  ) as PartitionCounts;
  const problems = partitionProblems(names, partitionCounts);
  if (problems.length > 0) throw needsPerson(problems.join(' '));

  const configs = await describe(client, names, timeoutMs);
  if (typeof configs === 'string') {
    const warning = `The topics' configurations are not verified (${configs}): make sure that ${names.changelog} has cleanup.policy=compact.`;
    return { partitionCounts, warnings: [warning] };
  }
  const findings = policyFindings(names, configs);
  if (findings.problems.length > 0) throw needsPerson(findings.problems.join(' '));
  return { partitionCounts, warnings: findings.warnings };
}

/** The topics' configurations, or why they can't be had here at all. */
async function describe(
  client: Client,
  names: TopicNames,
  timeoutMs: number,
): Promise<ReadonlyMap<string, TopicConfigs> | string> {
  const native = loadNative();
  if ('unavailable' in native) return `the native addon is unavailable: ${native.unavailable}`;
  let configs: ReadonlyMap<string, TopicConfigs>;
  try {
    configs = await native.describeTopicConfigs(
      client,
      ROLES.map((role) => names[role]),
      timeoutMs,
    );
  } catch (error) {
    if ((error as NativeError).code === Kafka.CODES.ERRORS.ERR__UNSUPPORTED_FEATURE) return messageOf(error);
    throw temporary(`${bootstrapServers(client)} did not tell the topics' configurations: ${messageOf(error)}`, error);
  }
  for (const [topic, described] of configs) {
    // Without the right to describe configurations there is a warning; anything else passes with time.
    if ('error' in described && described.error.code !== Kafka.CODES.ERRORS.ERR_TOPIC_AUTHORIZATION_FAILED) {
      throw temporary(`The configuration of ${topic} could not be read: ${described.error.message}`);
    }
  }
  return configs;
}
