import type { Config } from '../config/schema.js';
import { committedReader, type Properties } from '../kafka/properties.js';

/** Properties of every client of the verbs that talk to a running daemon over its topics. */
const shared = (config: Config): Properties => ({
  'client.id': `${config.application}-client`,
  'log.connection.close': false,
  'allow.auto.create.topics': false,
  ...config.kafka.client,
});

/** Of every client of seatmapd/client, unless the application says otherwise. */
const defaults: Properties = {
  'client.id': 'seatmapd-client',
  'log.connection.close': false,
};

/** What no client of this library may be without. A topic that is not there is never made by asking for it. */
const owned: Properties = { 'allow.auto.create.topics': false };

/**
 * A consumer of a whole topic, without a group: librdkafka wants the group's name, and never joins it. `debug: topic` makes
 * librdkafka tell when a topic was made anew (topic-changes.ts); its metadata, and so a new partition, is looked at every 10 s,
 * and at once when a fetch is refused.
 */
export const readerProperties = (client: Properties): Properties => ({
  ...defaults,
  'group.id': 'seatmapd-client',
  'fetch.wait.max.ms': 50,
  'fetch.queue.backoff.ms': 5,
  'queued.min.messages': 10_000,
  'queued.max.messages.kbytes': 8_192,
  'topic.metadata.refresh.interval.ms': 10_000,
  ...client,
  ...owned,
  debug: client.debug === undefined ? 'topic' : `${client.debug},topic`,
  ...committedReader,
});

/**
 * The producer of a ReservationClient. A message must not time out by itself (`message.timeout.ms`): librdkafka then begins a new
 * producer epoch (rd_kafka_idemp_drain_epoch_bump, librdkafka 2.12), under which a broker can't tell that it has written the
 * messages behind it already, when only their acknowledgement was lost. So what gets no answer ends the whole producer.
 */
export const requestProducerProperties = (client: Properties): Properties => ({
  ...defaults,
  'linger.ms': 1,
  ...client,
  ...owned,
  'message.timeout.ms': 0,
  'enable.idempotence': true,
  acks: 'all',
  dr_cb: true,
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
