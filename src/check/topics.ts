import type { TopicNames } from '../config/schema.js';
import { messageOf } from '../errors.js';
import { isKafkaError } from '../kafka/failure.js';
import { loadNative } from '../kafka/native.js';
import type { TopicConfigs } from '../kafka/native-admin.js';
import { type Client, clusterTopics, type TopicState } from '../topics/cluster-topics.js';
import { ROLES } from '../topics/desired-topics.js';
import { missingTopics, type PartitionCounts, partitionProblems, policyFindings } from '../topics/verify-topics.js';
import { type Finding, hindrance, mistake, ok, warning } from './finding.js';

/**
 * The six topics, one finding each: whether it exists, its partitions and its cleanup.policy; then whether the counts fit together.
 * @throws FatalError (75) when no broker answers
 */
export async function topicFindings(client: Client, names: TopicNames, timeoutMs: number): Promise<Finding[]> {
  const known = await clusterTopics(client, timeoutMs);
  const missing = new Set(missingTopics(names, known));
  const present = ROLES.map((role) => names[role]).filter((name) => !missing.has(name));
  const configs = await configsOf(client, present, timeoutMs);
  const findings = ROLES.map((role) => topicFinding(names, role, known.get(names[role]), configs));
  if (missing.size > 0) return findings;
  const counts = Object.fromEntries(
    ROLES.map((role) => [role, known.get(names[role])?.partitionCount]),
  ) as PartitionCounts;
  return [...findings, ...partitionProblems(names, counts).map((problem) => mistake('partitions', problem))];
}

function topicFinding(
  names: TopicNames,
  role: keyof TopicNames,
  state: TopicState | undefined,
  configs: ReadonlyMap<string, TopicConfigs> | string,
): Finding {
  const name = names[role];
  const subject = `topic ${name}`;
  if (state === undefined)
    return mistake(subject, 'does not exist, or this client may not see it; `seatmapd topics create` creates it');
  const partitions = `${state.partitionCount} partitions`;
  if (!state.isLed) return hindrance(subject, `${partitions}, and not all have a leader now`);
  if (typeof configs === 'string') return warning(subject, `${partitions}; its configuration is not known: ${configs}`);
  const described = configs.get(name);
  const { problems, warnings } = policyFindings(names, new Map(described === undefined ? [] : [[name, described]]));
  const [problem] = problems;
  if (problem !== undefined) return mistake(subject, problem);
  const [doubt] = warnings;
  if (doubt !== undefined) return warning(subject, `${partitions}; ${doubt}`);
  const policy = described !== undefined && 'values' in described ? described.values['cleanup.policy'] : 'unknown';
  return ok(subject, `${partitions}, cleanup.policy=${policy}`);
}

/** The configurations, or why they can't be had. */
async function configsOf(
  client: Client,
  names: readonly string[],
  timeoutMs: number,
): Promise<ReadonlyMap<string, TopicConfigs> | string> {
  const native = loadNative();
  if ('unavailable' in native) return `the native addon is not available: ${native.unavailable}`;
  if (names.length === 0) return new Map();
  try {
    return await native.describeTopicConfigs(client, names, timeoutMs);
  } catch (error) {
    if (!isKafkaError(error)) throw error;
    return messageOf(error);
  }
}
