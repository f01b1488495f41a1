import type Kafka from 'node-rdkafka';

type ClientProperties = Readonly<Record<string, unknown>>;

/** librdkafka's properties of topics alone, which it takes among those of a client too. */
const topicProperties: ReadonlySet<string> = new Set([
  'acks',
  'request.required.acks',
  'request.timeout.ms',
  'message.timeout.ms',
  'delivery.timeout.ms',
  'queuing.strategy',
  'partitioner',
  'compression.level',
  'auto.offset.reset',
  'consume.callback.max.messages',
]);

/**
 * The arguments of node-rdkafka's clients. It always gives librdkafka a second, topics' configuration, which replaces
 * whatever the first says about topics: `auto.offset.reset` and the like count in the second alone.
 */
function split(properties: ClientProperties): [client: ClientProperties, topics: ClientProperties] {
  const entries = Object.entries(properties);
  return [
    Object.fromEntries(entries.filter(([name]) => !topicProperties.has(name))),
    Object.fromEntries(entries.filter(([name]) => topicProperties.has(name))),
  ];
}

// The casts are for node-rdkafka's types, which don't know all properties.

export const consumerConfiguration = (
  properties: ClientProperties,
): [Kafka.ConsumerGlobalConfig, Kafka.ConsumerTopicConfig] =>
  split(properties) as [Kafka.ConsumerGlobalConfig, Kafka.ConsumerTopicConfig];

export const producerConfiguration = (
  properties: ClientProperties,
): [Kafka.ProducerGlobalConfig, Kafka.ProducerTopicConfig] =>
  split(properties) as [Kafka.ProducerGlobalConfig, Kafka.ProducerTopicConfig];
