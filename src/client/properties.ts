import type { Config } from '../config/schema.js';
import { committedReader, type Properties } from '../kafka/properties.js';

/** Properties of every client of the verbs that talk to a running daemon over its topics. */
const shared = (config: Config): Properties => ({
  'client.id': `${config.application}-client`,
  'log.connection.close': false,
  'allow.auto.create.topics': false,
  ...config.kafka.client,
});

/**
 * The consumer behind a cache: it has time, and holds little. `debug: topic` makes librdkafka tell when a topic was made
 * anew (topic-changes.ts); its metadata, and so a new partition, is looked at every 10 s, and at once when a fetch is refused.
 */
export const readerProperties = (client: Properties): Properties => ({
  'client.id': 'seatmapd-client',
  'group.id': 'seatmapd-client',
  'log.connection.close': false,
  'fetch.wait.max.ms': 100,
  'fetch.queue.backoff.ms': 5,
  'queued.min.messages': 10_000,
  'queued.max.messages.kbytes': 8_192,
  'topic.metadata.refresh.interval.ms': 10_000,
  ...client,
  'allow.auto.create.topics': false,
  debug: client.debug === undefined ? 'topic' : `${client.debug},topic`,
  ...committedReader,
});

export type SenderTimes = {
  /** Longest wait for an acknowledgement, from the produce call (`message.timeout.ms`). */
  readonly deliveryTimeoutMs: number;
  /** How long records gather before they are sent. */
  readonly lingerMs: number;
};

/** The producer of commands and requests. */
export const senderProperties = (config: Config, { deliveryTimeoutMs, lingerMs }: SenderTimes): Properties => ({
  ...shared(config),
  ...config.kafka.producer,
  'linger.ms': lingerMs,
  'message.timeout.ms': deliveryTimeoutMs,
  'message.max.bytes': config.limits.messageBytes,
  'enable.idempotence': true,
  acks: 'all',
  dr_cb: true,
});

/** A consumer of answers and statuses, committed ones only. librdkafka wants the group's name, which is never joined. */
export const followerProperties = (config: Config): Properties => ({
  ...shared(config),
  'fetch.wait.max.ms': 50,
  'fetch.queue.backoff.ms': 5,
  ...config.kafka.consumer,
  'group.id': `${config.application}-client`,
  ...committedReader,
});
