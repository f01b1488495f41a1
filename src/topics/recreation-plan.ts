import type { TopicNames } from '../config/schema.js';
import { needsPerson } from '../errors.js';
import type { NewTopic } from '../kafka/admin.js';
import { ROLES } from './desired-topics.js';
import { offsetsOf, replicationOf, type TopicDescription } from './topic-description.js';

/** What is asked to be different; all else is kept. */
export interface TopicChanges {
  readonly partitions?: number | undefined;
  readonly replication?: number | undefined;
  readonly configs: Readonly<Record<string, string>>;
}

/** A topic that may be created anew. */
export type ExpendableRole = Exclude<keyof TopicNames, 'init' | 'requests' | 'changelog'>;

export interface RecreationPlan {
  readonly role: ExpendableRole;
  readonly before: TopicDescription;
  readonly after: NewTopic;
}

const REFUSALS: Readonly<Record<Exclude<keyof TopicNames, ExpendableRole>, string>> = {
  init: 'its sections would be read from the beginning again, and replaced with all their seats free',
  requests: 'the committed offsets would stand for other records: requests would be skipped, or answered twice',
  changelog: 'it is what a lost store is restored from: without its images every seat would be sold again',
};

/**
 * The role of a topic that may be created anew: what seatmapd reads is never, for seats would be sold twice.
 * @throws FatalError (78)
 */
export function expendableRole(names: TopicNames, topic: string): ExpendableRole {
  const role = ROLES.find((candidate) => names[candidate] === topic);
  if (role === undefined)
    throw needsPerson(
      `${topic} is none of this application's topics: ${ROLES.map((one) => names[one]).join(', ')}. Nothing was changed.`,
    );
  if (role === 'init' || role === 'requests' || role === 'changelog')
    throw needsPerson(`${topic} is never created anew: ${REFUSALS[role]}. Nothing was changed.`);
  return role;
}

/**
 * What a topic becomes: what is set on the topic itself is kept, unless it is changed.
 * @throws FatalError (78) for a topic that would refuse every write
 */
export function planRecreation(role: ExpendableRole, before: TopicDescription, changes: TopicChanges): RecreationPlan {
  const replication = changes.replication ?? replicationOf(before);
  const configs = { ...before.ownConfigs, ...changes.configs };
  const minInsyncReplicas = Number(configs['min.insync.replicas'] ?? before.configs['min.insync.replicas'] ?? 1);
  if (minInsyncReplicas > replication)
    throw needsPerson(
      `${before.name} would have ${replication} replicas and min.insync.replicas=${minInsyncReplicas}, and refuse every write: ` +
        `give --topic-config min.insync.replicas=${replication}, or a higher --replication. Nothing was changed.`,
    );
  const partitions = changes.partitions ?? before.partitions.length;
  return { role, before, after: { name: before.name, partitions, replication, configs } };
}

/** What will be done, for the person who is asked: one line each, without line ends. */
export function planLines({ before, after }: RecreationPlan): string[] {
  const change = (from: unknown, to: unknown): string => (`${from}` === `${to}` ? `${to}, as now` : `${from} → ${to}`);
  const names = Object.keys(after.configs).sort();
  const changed = names.filter((name) => after.configs[name] !== before.ownConfigs[name]);
  const kept = names.filter((name) => !changed.includes(name)).map((name) => `${name}=${after.configs[name]}`);
  const groups = before.groups.map(({ group }) => group);
  return [
    `${before.name} will be deleted and created anew:`,
    `  partitions: ${change(before.partitions.length, after.partitions)}`,
    `  replication: ${change(replicationOf(before), after.replication)}`,
    ...changed.map((name) => `  ${name}: ${change(before.configs[name] ?? 'not set', after.configs[name])}`),
    ...(kept.length > 0 ? [`  kept: ${kept.join(', ')}`] : []),
    `  its records, ${offsetsOf(before).toLocaleString('en-US')} at most, are lost`,
    ...(groups.length > 0 ? [`  and with them the committed offsets of ${groups.join(', ')}`] : []),
  ];
}

/** One sentence for each group that has not read a topic to its end; none if all have. */
export const laggingGroups = ({ name, groups }: TopicDescription): string[] =>
  groups
    .filter(({ lag }) => lag > 0)
    .map(
      ({ group, lag, partitionsBehind }) => `${group} is ${lag} behind on ${partitionsBehind} partitions of ${name}.`,
    );
