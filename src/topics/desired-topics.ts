import type { TopicNames } from '../config/schema.js';
import type { CleanupPolicy } from '../config/topics.js';
import { needsPerson } from '../errors.js';
import type { NewTopic } from '../kafka/admin.js';

/** How topics are created: the configuration's `topics.create`, or the flags of `topics create`. */
export interface TopicSettings {
  readonly partitions: number;
  readonly replication: number;
  readonly minInsyncReplicas: number;
  readonly cleanupPolicy: Readonly<Record<Exclude<keyof TopicNames, 'changelog'>, CleanupPolicy>>;
  /** Further topic configurations, for all six. */
  readonly config: Readonly<Record<string, string>>;
}

/** Every role of a topic with its cleanup.policy: what is state is compacted, what is a log must never be. */
export const CLEANUP_POLICY: Readonly<Record<keyof TopicNames, 'compact' | 'delete'>> = {
  init: 'delete',
  requests: 'delete',
  results: 'delete',
  status: 'compact',
  changelog: 'compact',
  deadLetters: 'delete',
};

export const ROLES = Object.keys(CLEANUP_POLICY) as readonly (keyof TopicNames)[];

/**
 * The six topics as seatmapd creates them, inputs first. All have the same number of partitions: the inputs and the
 * changelog must (PROTOCOL.md, 2), the others may. @throws FatalError (78) for settings that no topic can work with.
 */
export function desiredTopics(names: TopicNames, settings: TopicSettings): NewTopic[] {
  const { partitions, replication, minInsyncReplicas, cleanupPolicy, config } = settings;
  const policies = { ...cleanupPolicy, changelog: CLEANUP_POLICY.changelog };
  if (minInsyncReplicas > replication) {
    throw needsPerson(
      `min.insync.replicas is ${minInsyncReplicas} and the replication ${replication}: such topics would refuse every ` +
        'write. Give --min-insync-replicas (topics.create.minInsyncReplicas) at most the value of --replication.',
    );
  }
  for (const [key, reason] of [
    ['cleanup.policy', 'it has keys of its own: --cleanup-policy, topics.create.cleanupPolicy'],
    ['min.insync.replicas', 'it has a key of its own: --min-insync-replicas, topics.create.minInsyncReplicas'],
  ] as const) {
    if (key in config) throw needsPerson(`${key} can't be given among the topic configurations: ${reason}.`);
  }
  return ROLES.map((role) => ({
    name: names[role],
    partitions,
    replication,
    configs: { ...config, 'min.insync.replicas': String(minInsyncReplicas), 'cleanup.policy': policies[role] },
  }));
}
