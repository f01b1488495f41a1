import type { Config } from '../config/schema.js';

export type Properties = Record<string, string | number | boolean>;

/** Bytes that librdkafka adds to a record; limits.messageBytes is about key and value. */
const RECORD_OVERHEAD_BYTES = 16_384;

/** Transactional producers of an instance, which take turns (src/pipeline/exactly-once-commit.ts says why). */
export const transactionalProducers = 2;

/** @param producer its number, from 0 */
export const transactionalIdOf = (config: Config, producer: number): string =>
  `${config.application}/${config.instance}/${producer}`;

/** Properties of every client. */
const shared = (config: Config, role: string): Properties => ({
  'client.id': `${config.application}-${config.instance}-${role}`,
  'log.connection.close': false,
  'allow.auto.create.topics': false,
  ...config.kafka.client,
});

/** How everything here reads: committed records from offsets that it names itself, and each partition's end is told. */
export const committedReader: Properties = {
  'enable.auto.commit': false,
  'enable.auto.offset.store': false,
  'enable.partition.eof': true,
  'isolation.level': 'read_committed',
  'auto.offset.reset': 'error',
};

/** A dead instance's partitions move on after this time. KIP-848's is the brokers', whose least is longer by default. */
const sessionTimeoutMs = 10_000;

/** How long a member may be silent before its partitions are given to others. */
export const sessionTimeoutMsOf = (properties: Properties): number =>
  Number(properties['session.timeout.ms'] ?? sessionTimeoutMs);

/** How often librdkafka tells of its queues and of what it fetches: about a millisecond of the main thread each time. */
const statisticsIntervalMs = 5_000;

/** How the members of the group are told what they have. librdkafka refuses the one protocol's properties under the other. */
function groupProperties({ application, instance, group }: Config, isWithoutAddon: boolean): Properties {
  if (group.protocol === 'consumer') return { 'group.protocol': 'consumer', 'group.remote.assignor': 'range' };
  // Without the addon only a static member can't be mistaken for another.
  const isStatic = group.membership === 'static' || isWithoutAddon;
  return {
    'partition.assignment.strategy': 'range',
    ...(isStatic ? { 'group.instance.id': `${application}-${instance}` } : {}),
  };
}

/** The consumer of the two input topics. `isWithoutAddon`: no transaction can carry a generation that was captured. */
export const inputProperties = (config: Config, isWithoutAddon: boolean): Properties => ({
  ...shared(config, 'input'),
  // Heartbeats come from librdkafka's own thread.
  ...(config.group.protocol === 'classic'
    ? { 'session.timeout.ms': sessionTimeoutMs, 'heartbeat.interval.ms': 1_000 }
    : {}),
  // An answer of the broker, be it empty, which the end of a partition shows in, comes within this time. Answered at each
  // record instead, a steady load makes thousands of fetches a second, each of all partitions: a broker's whole core.
  'fetch.min.bytes': 100_000,
  'fetch.wait.max.ms': 10,
  // Small answers, and two batches ahead of what is processed: more is memory only, and comes later.
  'fetch.message.max.bytes': 131_072,
  'fetch.max.bytes': 4_194_304,
  'fetch.queue.backoff.ms': 5,
  'queued.min.messages': 40_000,
  'queued.max.messages.kbytes': 32_768,
  'statistics.interval.ms': statisticsIntervalMs,
  ...config.kafka.consumer,
  'group.id': config.application,
  ...groupProperties(config, isWithoutAddon),
  ...committedReader,
});

/** The consumer that follows the changelog; it belongs to no group. */
export const changelogProperties = (config: Config): Properties => ({
  ...shared(config, 'changelog'),
  'fetch.wait.max.ms': 100,
  ...config.kafka.consumer,
  'group.id': `${config.application}-changelog`,
  ...committedReader,
});

/** The consumer that follows the changelog of partitions that others own; it belongs to no group. It may lag, but not take much. */
export const standbyProperties = (config: Config): Properties => ({
  ...shared(config, 'standby'),
  'fetch.wait.max.ms': 500,
  'fetch.message.max.bytes': 131_072,
  'fetch.max.bytes': 4_194_304,
  'fetch.queue.backoff.ms': 50,
  'queued.min.messages': 5_000,
  'queued.max.messages.kbytes': 8_192,
  ...config.kafka.consumer,
  'group.id': `${config.application}-standby`,
  ...committedReader,
});

/** The client that asks for watermarks: the high watermark, which only read_uncommitted tells, not the last stable offset. */
export const watermarkProperties = (config: Config): Properties => ({
  ...shared(config, 'watermarks'),
  'group.id': `${config.application}-watermarks`,
  'enable.auto.commit': false,
  'isolation.level': 'read_uncommitted',
});

/** @param producer the number of a transactional producer; without one for at_least_once */
export function outputProperties(config: Config, producer = 0): Properties {
  const exactlyOnce = config.guarantee === 'exactly_once';
  return {
    ...shared(config, `output-${producer}`),
    'compression.codec': 'lz4',
    'linger.ms': 5,
    'batch.size': 1_000_000,
    'batch.num.messages': 20_000,
    'queue.buffering.max.messages': 1_000_000,
    'queue.buffering.max.kbytes': 1_048_576,
    // The default of 100 ms is a pause between quick transactions: the coordinator is still busy with the last one.
    'retry.backoff.ms': 5,
    'statistics.interval.ms': statisticsIntervalMs,
    ...(exactlyOnce ? {} : { 'message.timeout.ms': 30_000 }),
    ...config.kafka.producer,
    'enable.idempotence': true,
    acks: 'all',
    partitioner: 'murmur2_random',
    'message.max.bytes': config.limits.messageBytes + RECORD_OVERHEAD_BYTES,
    'delivery.report.only.error': true,
    ...(exactlyOnce
      ? {
          'transactional.id': transactionalIdOf(config, producer),
          'transaction.timeout.ms': config.transaction.timeoutMs,
        }
      : {}),
  };
}
