import { messageOf, needsPerson, temporary } from '../errors.js';
import type { NewTopic } from '../kafka/admin.js';
import { laggingGroups, type RecreationPlan } from './recreation-plan.js';
import type { RunningDaemon } from './running-daemon.js';
import type { TopicDescription } from './topic-description.js';

/** What is done to the cluster. Each step throws FatalError, and has a time limit of its own. */
export interface RecreationCluster {
  describe(topic: string): Promise<TopicDescription>;
  /** Rejected where the cluster would not create the topic, in its own words. */
  validate(topic: NewTopic): Promise<void>;
  delete(topic: string): Promise<void>;
  /** Resolves, with the number of brokers, once none knows the topic with this id any more. */
  untilGone(topic: string, id: string): Promise<number>;
  create(topic: NewTopic): Promise<void>;
  /** Resolves, with the number of brokers, once every one of them knows a leader of every partition of it. */
  untilThere(topic: NewTopic): Promise<number>;
}

export interface RecreationOptions {
  readonly cluster: RecreationCluster;
  readonly plan: RecreationPlan;
  /** The daemon to be paused meanwhile, if one runs. */
  readonly daemon: RunningDaemon | undefined;
  /** Whether groups may lose records that they have not read. */
  readonly force: boolean;
  /** How long the groups may take to read on to the end. */
  readonly lagTimeoutMs: number;
  /** Is told what has been done, a line each. */
  readonly say: (line: string) => void;
  /** Waits before the lag is asked for again. */
  readonly wait: () => Promise<void>;
}

/**
 * Deletes a topic and creates it anew as planned. A running daemon is paused before, and afterwards sends every
 * section's count, so that no reader is left without one. What is known to fail fails before anything is deleted.
 * @throws FatalError that says what has been done by then
 */
export async function recreateTopic(options: RecreationOptions): Promise<void> {
  const { cluster, plan, say } = options;
  await cluster.validate(plan.after);
  const resume = await pause(options);
  try {
    if (!options.force) await untilRead(options);
    await cluster.delete(plan.after.name);
  } catch (error) {
    await resume().catch((reason: unknown) => {
      throw temporary(`${messageOf(error)} Besides, ${messageOf(reason)} \`seatmapd resume\` has it go on.`, error);
    });
    throw error;
  }
  await replace(options);
  const problems = unlike(plan, await cluster.describe(plan.after.name));
  if (problems.length === 0) say('verified: partitions, replication and configuration');
  await republish(options).finally(resume);
  if (problems.length > 0)
    throw needsPerson(`${plan.after.name} was created, but not as planned: ${problems.join(', ')}.`);
}

/** Pauses the daemon, and gives what takes the pause back, unless somebody else asked for it before. */
async function pause({ daemon, say }: RecreationOptions): Promise<() => Promise<void>> {
  if (daemon === undefined) return async () => undefined;
  const { wasPaused } = await daemon.pause();
  say(wasPaused ? `${daemon.name} is paused already, and stays so` : `paused ${daemon.name}`);
  return async () => {
    if (wasPaused) return;
    await daemon.resume();
    say(`resumed ${daemon.name}`);
  };
}

/** With the daemon paused nothing new comes, and a group that reads along is at the end soon. */
async function untilRead({ cluster, plan, lagTimeoutMs, wait }: RecreationOptions): Promise<void> {
  const deadlineMs = performance.now() + lagTimeoutMs;
  for (;;) {
    const lagging = laggingGroups(await cluster.describe(plan.after.name));
    if (lagging.length === 0) return;
    if (performance.now() > deadlineMs)
      throw needsPerson(
        `${lagging.join(' ')} Nothing was changed: let them read on, delete the groups that are not used any more ` +
          '(kafka-consumer-groups.sh --delete --group …), or give --force, and what they have not read is lost to them.',
      );
    await wait();
  }
}

async function replace({ cluster, plan, daemon, say }: RecreationOptions): Promise<void> {
  const { before, after } = plan;
  say(`deleted ${after.name}`);
  try {
    say(`gone from ${brokers(await cluster.untilGone(after.name, before.id))}`);
    await cluster.create(after);
    say(`created ${after.name} (${after.partitions} partitions), known to ${brokers(await cluster.untilThere(after))}`);
  } catch (error) {
    const paused = daemon === undefined ? '' : ` ${daemon.name} is still paused.`;
    throw needsPerson(
      `${after.name} is deleted, and is not there again as planned: ${messageOf(error)}${paused} Create it by ` +
        '`seatmapd topics create`, or run this again if it is there; then `seatmapd republish` and `seatmapd resume`.',
      error,
    );
  }
}

/** What the new topic has not become. */
const unlike = ({ after }: RecreationPlan, topic: TopicDescription): string[] => [
  ...(topic.partitions.length === after.partitions ? [] : [`it has ${topic.partitions.length} partitions`]),
  ...topic.partitions
    .filter(({ replicas }) => replicas.length !== after.replication)
    .map(({ partition, replicas }) => `partition ${partition} has ${replicas.length} replicas`),
  ...Object.entries(after.configs)
    .filter(([name, value]) => topic.configs[name] !== value)
    .map(([name]) => `${name} is ${topic.configs[name] ?? 'not set'}`),
];

async function republish({ plan, daemon, say }: RecreationOptions): Promise<void> {
  if (daemon === undefined || plan.role !== 'status') return;
  try {
    say(`${daemon.name} sent the counts of ${await daemon.republish()} sections`);
  } catch (error) {
    throw temporary(
      `${plan.after.name} is created anew, but not every section's count is in it: ${messageOf(error)} Run \`seatmapd republish\`.`,
      error,
    );
  }
}

const brokers = (count: number): string => (count === 1 ? 'the broker' : `all ${count} brokers`);
