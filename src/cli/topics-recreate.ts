import { createInterface } from 'node:readline/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from 'commander';
import { type Config, topicNames } from '../config/schema.js';
import { needsPerson } from '../errors.js';
import { openAdmin } from '../kafka/admin.js';
import { describeTopics } from '../topics/describe-topics.js';
import { findDaemon } from '../topics/find-daemon.js';
import { instancesOf, refuseOthers } from '../topics/instances.js';
import { KafkaRecreation } from '../topics/kafka-recreation.js';
import { recreateTopic } from '../topics/recreate-topic.js';
import { expendableRole, laggingGroups, planLines, planRecreation } from '../topics/recreation-plan.js';
import type { RunningDaemon } from '../topics/running-daemon.js';
import type { TopicDescription } from '../topics/topic-description.js';
import { assignments, type ConfigurationOptions, loadFrom, wholeNumber, withConfiguration } from './options.js';
import { clientProperties, stepTimeoutMs, withAsking } from './topics-client.js';

/** How long the groups may take to read the topic to its end once nothing new comes. */
const lagTimeoutMs = 10_000;
const lagPollMs = 250;

interface RecreateOptions extends ConfigurationOptions {
  readonly partitions?: number;
  readonly replication?: number;
  readonly topicConfig?: Readonly<Record<string, string>>;
  readonly force?: boolean;
  readonly yes?: boolean;
}

/** `topics recreate`: deletes one topic and creates it anew, without a reader being left behind. */
export function registerRecreate(topics: Command): void {
  withConfiguration(topics.command('recreate'))
    .description('delete an output topic and create it anew, with other partitions, replicas or configurations')
    .argument('<topic>', 'the name of the results, status or dead letters topic')
    .option('--partitions <n>', 'partitions (default: as it has now)', wholeNumber)
    .option('--replication <n>', 'replicas of each partition (default: as it has now)', wholeNumber)
    .option(
      '--topic-config <name=value>',
      'a configuration of the topic, over what is set on it now; repeatable',
      assignments('name=value'),
    )
    .option('--force', 'also when a consumer group has not read the topic to its end')
    .option('--yes', 'do not ask')
    .addHelpText(
      'after',
      '\nA running daemon of this configuration is paused meanwhile, and sends every count to a new status topic.\n' +
        'The inputs and the changelog are refused: seats would be sold twice.\n' +
        '\nExit codes: 0 created anew, 75 the cluster or the daemon did not answer, 78 refused, or a mistake.\n' +
        '\nExample:\n  seatmapd topics recreate section-status --partitions 20 --replication 1 --topic-config min.insync.replicas=1\n',
    )
    .action(async (topic: string, options: RecreateOptions) => {
      const { config } = loadFrom(options);
      await recreate(config, topic, options);
    });
}

async function recreate(config: Config, topic: string, options: RecreateOptions): Promise<void> {
  const role = expendableRole(topicNames(config), topic);
  await withAsking(config, async (asking) => {
    const [before] = (await describeTopics(asking, [topic])) as [TopicDescription];
    const { partitions, replication, topicConfig = {} } = options;
    const plan = planRecreation(role, before, { partitions, replication, configs: topicConfig });
    const daemon = await findDaemon(config);
    refuseOthers(await instancesOf(asking, config.application), daemon);
    const lagging = laggingGroups(before);
    if (daemon === undefined && lagging.length > 0 && options.force !== true)
      throw needsPerson(`${lagging.join(' ')} Nothing was changed: let them read on, or give --force.`);
    say(planLines(plan).join('\n'));
    for (const line of lagging) say(`  ${line}`);
    say(`  ${meanwhile(daemon)}`);
    if (options.yes !== true) await confirm();
    const admin = openAdmin(clientProperties(config), stepTimeoutMs);
    try {
      const cluster = new KafkaRecreation(asking, admin);
      const wait = (): Promise<void> => sleep(lagPollMs);
      const force = options.force === true;
      await undisturbed(() => recreateTopic({ cluster, plan, daemon, force, lagTimeoutMs, say, wait }));
    } finally {
      admin.close();
    }
    if (daemon === undefined && role === 'status')
      say("no daemon runs here: once one is started, `seatmapd republish` has it send every section's count");
  });
}

const meanwhile = (daemon: RunningDaemon | undefined): string =>
  daemon === undefined
    ? 'no daemon is running here'
    : `${daemon.name} is paused meanwhile, and sends every section's count afterwards`;

/** @throws FatalError (78) without a yes */
async function confirm(): Promise<void> {
  if (!process.stdin.isTTY) throw needsPerson('Nothing was changed: give --yes, for there is no terminal to ask at.');
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    const answer = await new Promise<string>((resolve) => {
      terminal.once('close', () => resolve(''));
      terminal.question('Go on? [y/N] ').then(resolve, () => resolve(''));
    });
    if (!/^y(es)?$/i.test(answer.trim())) throw needsPerson('Nothing was changed.');
  } finally {
    terminal.close();
  }
}

/** Ended half-way it would leave no topic, or a daemon that is paused. Every step of it has a time limit. */
async function undisturbed(work: () => Promise<void>): Promise<void> {
  const hold = (): void => say('not now: the topic may be deleted and not created yet; this ends by itself');
  const signals = ['SIGINT', 'SIGTERM'] as const;
  for (const signal of signals) process.on(signal, hold);
  try {
    await work();
  } finally {
    for (const signal of signals) process.off(signal, hold);
  }
}

const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};
