import type { Command } from 'commander';
import { type Config, topicNames } from '../config/schema.js';
import { cleanupPolicy } from '../config/topics.js';
import { needsPerson } from '../errors.js';
import { openAdmin } from '../kafka/admin.js';
import { type CreatedTopics, createTopics } from '../topics/create-topics.js';
import { ROLES, type TopicSettings } from '../topics/desired-topics.js';
import { assignments, type ConfigurationOptions, loadFrom, wholeNumber, withConfiguration } from './options.js';
import { clientProperties, stepTimeoutMs, withClient } from './topics-client.js';
import { registerDescribe } from './topics-describe.js';
import { registerRecreate } from './topics-recreate.js';

interface CreateOptions extends ConfigurationOptions {
  readonly partitions?: number;
  readonly replication?: number;
  readonly minInsyncReplicas?: number;
  readonly cleanupPolicy?: Readonly<Record<string, string>>;
  readonly topicConfig?: Readonly<Record<string, string>>;
}

/** `topics`: create, describe and recreate. */
export function register(program: Command): void {
  const topics = program.command('topics').description("the daemon's topics");
  registerCreate(topics);
  registerDescribe(topics);
  registerRecreate(topics);
}

/** `topics create`: creates the topics that are missing and verifies the others. */
function registerCreate(topics: Command): void {
  withConfiguration(topics.command('create'))
    .description('create the topics that are missing; existing ones are verified and never changed')
    .option('--partitions <n>', 'partitions of each new topic (default: topics.create.partitions)', wholeNumber)
    .option('--replication <n>', 'replicas of each partition (default: topics.create.replication)', wholeNumber)
    .option(
      '--min-insync-replicas <n>',
      'min.insync.replicas of each new topic (default: topics.create.minInsyncReplicas)',
      wholeNumber,
    )
    .option(
      '--cleanup-policy <role=policy>',
      `cleanup.policy of one new topic, for instance results=compact (default: topics.create.cleanupPolicy); repeatable`,
      assignments('name=value'),
    )
    .option(
      '--topic-config <name=value>',
      'a further configuration of each new topic; repeatable',
      assignments('name=value'),
    )
    .addHelpText(
      'after',
      '\nExit codes: 0 all six exist and are right, 75 no broker answers, 78 a mistake.\n\nExamples:\n' +
        '  seatmapd topics create --partitions 32 --replication 3 --min-insync-replicas 2\n' +
        '  seatmapd topics create --cleanup-policy results=compact --topic-config retention.ms=604800000 -c seatmapd.yaml\n',
    )
    .action(async (options: CreateOptions) => {
      const { config } = loadFrom(options);
      const { topics, warnings } = await create(config, settingsOf(config, options));
      for (const { name, partitions, isNew } of topics) {
        process.stdout.write(`${isNew ? 'created' : 'exists, verified:'} ${name} (${partitions} partitions)\n`);
      }
      for (const warning of warnings) process.stderr.write(`warning: ${warning}\n`);
    });
}

function settingsOf(config: Config, options: CreateOptions): TopicSettings {
  const defaults = config.topics.create;
  return {
    partitions: options.partitions ?? defaults.partitions,
    replication: options.replication ?? defaults.replication,
    minInsyncReplicas: options.minInsyncReplicas ?? defaults.minInsyncReplicas,
    cleanupPolicy: { ...defaults.cleanupPolicy, ...policiesOf(options.cleanupPolicy) },
    config: { ...defaults.config, ...options.topicConfig },
  };
}

const POLICIES: readonly string[] = cleanupPolicy.options;

/** The policies of `--cleanup-policy`. @throws FatalError (78) for a role or a policy that there is not */
function policiesOf(given: Readonly<Record<string, string>> = {}): Partial<TopicSettings['cleanupPolicy']> {
  for (const [role, policy] of Object.entries(given)) {
    if (role === 'changelog')
      throw needsPerson('The changelog is always compact: an image that expires resells seats.');
    if (!ROLES.some((one) => one === role) || !POLICIES.includes(policy))
      throw needsPerson(
        `--cleanup-policy ${role}=${policy}: expected one of ${ROLES.filter((one) => one !== 'changelog').join(', ')}, and one of ${POLICIES.join(' | ')}.`,
      );
  }
  return given as Partial<TopicSettings['cleanupPolicy']>;
}

const create = (config: Config, settings: TopicSettings): Promise<CreatedTopics> =>
  withClient(config, async (client) => {
    const admin = openAdmin(clientProperties(config), stepTimeoutMs);
    try {
      return await createTopics(admin, client, topicNames(config), settings, stepTimeoutMs);
    } finally {
      admin.close();
    }
  });
