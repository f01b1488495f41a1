import { setTimeout as sleep } from 'node:timers/promises';
import type { Config, TopicNames } from '../config/schema.js';
import { messageOf } from '../errors.js';
import { isKafkaError, isUnauthorized } from '../kafka/failure.js';
import { loadNative, type Native } from '../kafka/native.js';
import type { Rights } from '../kafka/native-admin.js';
import { transactionalIdOf } from '../kafka/properties.js';
import type { Client } from '../topics/cluster-topics.js';
import { ROLES } from '../topics/desired-topics.js';
import { type Finding, hindrance, mistake, ok, untried, warning } from './finding.js';

/** What `run` does to each topic (docs/OPERATIONS.md, "TLS, SASL and ACLs"). */
const NEEDED: Readonly<Record<keyof TopicNames, readonly string[]>> = {
  init: ['READ'],
  requests: ['READ'],
  results: ['WRITE'],
  status: ['WRITE'],
  changelog: ['READ', 'WRITE'],
  deadLetters: ['WRITE'],
};

/** COORDINATOR_LOAD_IN_PROGRESS, COORDINATOR_NOT_AVAILABLE, NOT_COORDINATOR. */
const coordinatorCodes: readonly number[] = [14, 15, 16];
const pauseMs = 200;

/** Without it a start warns of what it can't verify. */
const WANTED = 'DESCRIBE_CONFIGS';

/**
 * What the brokers let this client do, as they tell it themselves (KIP-430): nothing is tried, so nothing that runs is disturbed. Topics
 * that it can't see are left out: they are reported as missing.
 */
export async function rightsFindings(
  client: Client,
  config: Config,
  names: TopicNames,
  timeoutMs: number,
): Promise<Finding[]> {
  const native = loadNative();
  if ('unavailable' in native) return [untried('rights', `only the native addon can ask: ${native.unavailable}`)];
  const topics = await asked('rights to topics', () =>
    native.topicRights(
      client,
      ROLES.map((role) => names[role]),
      timeoutMs,
    ),
  );
  const group = await asked(`group ${config.application}`, () => groupFindings(native, client, config, timeoutMs));
  return [
    ...('verdict' in topics ? [topics] : topicFindings(names, topics)),
    ...('verdict' in group ? [group] : group),
    ...transactions(config),
  ];
}

async function asked<Answer extends readonly unknown[]>(
  subject: string,
  ask: () => Promise<Answer>,
): Promise<Answer | Finding> {
  try {
    return await ask();
  } catch (error) {
    if (!isKafkaError(error)) throw error;
    return untried(subject, `the brokers did not tell: ${messageOf(error)}`);
  }
}

function topicFindings(names: TopicNames, rights: readonly Rights[]): Finding[] {
  const lacking: string[] = [];
  const unseen: string[] = [];
  for (const role of ROLES) {
    const told = rights.find(({ name }) => name === names[role]);
    if (told === undefined || told.code !== 0) continue;
    const missing = NEEDED[role].filter((operation) => !told.operations.includes(operation));
    if (missing.length > 0) lacking.push(`${missing.join(' and ')} of ${names[role]}`);
    if (!told.operations.includes(WANTED)) unseen.push(names[role]);
  }
  const subject = 'rights to topics';
  if (lacking.length > 0) return [mistake(subject, `the brokers' ACLs deny ${lacking.join(', ')}`)];
  if (unseen.length > 0)
    return [
      warning(subject, `DescribeConfigs is denied for ${unseen.join(', ')}: a start can't verify cleanup.policy`),
    ];
  return [ok(subject, 'all that a run needs, of the topics that are there')];
}

async function groupFindings(native: Native, client: Client, config: Config, timeoutMs: number): Promise<Finding[]> {
  const subject = `group ${config.application}`;
  const rights = await groupRights(native, client, config.application, timeoutMs);
  if (rights === undefined) return [hindrance(subject, 'the brokers told nothing of it')];
  if (isUnauthorized(rights)) return [mistake(subject, `the brokers' ACLs deny it: ${rights.message}`)];
  if (rights.code !== 0) return [hindrance(subject, `it can't be described: ${rights.message} (${rights.code})`)];
  if (!rights.operations.includes('READ')) return [mistake(subject, "the brokers' ACLs deny READ")];
  const offsets = await native.listConsumerGroupOffsets(client, config.application, timeoutMs);
  const committed = offsets.filter(({ code, offset }) => code === 0 && offset >= 0).length;
  return [ok(subject, committed === 0 ? 'nothing is committed yet' : `${committed} partitions have committed offsets`)];
}

/** At the first use of any group its coordinator is still being made. */
async function groupRights(
  native: Native,
  client: Client,
  group: string,
  timeoutMs: number,
): Promise<Rights | undefined> {
  const deadlineMs = performance.now() + timeoutMs;
  for (;;) {
    const [rights] = await native.groupRights(client, group, timeoutMs);
    if (rights === undefined || !coordinatorCodes.includes(rights.code) || performance.now() > deadlineMs)
      return rights;
    await sleep(pauseMs);
  }
}

function transactions(config: Config): Finding[] {
  if (config.guarantee !== 'exactly_once') return [];
  const subject = `transactional.id ${transactionalIdOf(config, 0)}`;
  return [untried(subject, 'only taking it would tell, which would fence the instance that has it')];
}
