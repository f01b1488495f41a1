import type { TopicNames } from '../config/schema.js';
import type { TopicConfigs } from '../kafka/native-admin.js';
import { CLEANUP_POLICY, ROLES } from './desired-topics.js';

export type PartitionCounts = Readonly<Record<keyof TopicNames, number>>;

/** What is wrong with topics: `problems` that a person has to mend before a start, and what is only worth a warning. */
export interface Findings {
  readonly problems: readonly string[];
  readonly warnings: readonly string[];
}

/** The names of the topics that `known` lacks, in the order of their roles. */
export const missingTopics = (names: TopicNames, known: ReadonlyMap<string, unknown>): string[] =>
  ROLES.map((role) => names[role]).filter((name) => !known.has(name));

/** Inputs are merged partition by partition, and an image goes to its input's partition: one sentence per unequal count. */
export function partitionProblems(names: TopicNames, counts: PartitionCounts): string[] {
  if (counts.init !== counts.requests) {
    return [
      `The two input topics must have the same number of partitions, but ${names.init} has ${counts.init} and ` +
        `${names.requests} has ${counts.requests}.`,
    ];
  }
  if (counts.changelog !== counts.init) {
    return [
      `The changelog must have as many partitions as the input topics, but ${names.changelog} has ` +
        `${counts.changelog} and the inputs have ${counts.init}.`,
    ];
  }
  return [];
}

/**
 * Checks cleanup.policy of the topics that `configs` tells of. Of the changelog it must be `compact` and nothing else
 * (PROTOCOL.md, 2): an image that expires resells seats. Others that differ are warned of.
 */
export function policyFindings(names: TopicNames, configs: ReadonlyMap<string, TopicConfigs>): Findings {
  const problems: string[] = [];
  const warnings: string[] = [];
  for (const role of ROLES) {
    const described = configs.get(names[role]);
    if (described === undefined) continue;
    if ('error' in described) {
      warnings.push(`The configuration of ${names[role]} is not verified: ${described.error.message}.`);
      continue;
    }
    const policy = described.values['cleanup.policy'] ?? 'unknown';
    if (policy === CLEANUP_POLICY[role]) continue;
    if (role === 'changelog') problems.push(changelogProblem(names.changelog, policy));
    else warnings.push(`${names[role]} has cleanup.policy=${policy}, not ${CLEANUP_POLICY[role]}: ${RISK[role]}.`);
  }
  return { problems, warnings };
}

const changelogProblem = (name: string, policy: string): string =>
  `The changelog ${name} has cleanup.policy=${policy}, but it must be compact alone, for an image that expires resells ` +
  `seats: set it to compact (kafka-configs.sh --alter --topic ${name} --add-config cleanup.policy=compact).`;

const RISK: Readonly<Record<Exclude<keyof TopicNames, 'changelog'>, string>> = {
  init: 'a command can vanish behind a later one for its section before it is read',
  requests: 'a request can vanish behind a later one for its section before it is read',
  results: 'an answer that is repeated after a crash can replace the first',
  status: 'a reader that starts late misses the sections whose last status has expired',
  deadLetters: 'a dead letter can vanish behind a later one of its key',
};
