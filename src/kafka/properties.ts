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

/** The consumer of the two input topics. `isStatic`: without the addon only a static member can't be mistaken for another. */
export const inputProperties = (config: Config, isStatic: boolean): Properties => ({
  ...shared(config, 'input'),
  // A dead instance's partitions move on after this time; heartbeats come from librdkafka's own thread.
  'session.timeout.ms': 10_000,
  'heartbeat.interval.ms': 1_000,
  // An empty answer of the broker, which the end of a partition shows in, comes within this time.
  'fetch.wait.max.ms': 25,
  // Small answers, and two batches ahead of what is processed: more is memory only, and comes later.
  'fetch.message.max.bytes': 131_072,
  'fetch.max.bytes': 4_194_304,
  'fetch.queue.backoff.ms': 5,
  'queued.min.messages': 40_000,
  'queued.max.messages.kbytes': 32_768,
  'statistics.interval.ms': 5_000,
  ...config.kafka.consumer,
  'group.id': config.application,
  ...(isStatic ? { 'group.instance.id': `${config.application}-${config.instance}` } : {}),
  'partition.assignment.strategy': 'range',
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
