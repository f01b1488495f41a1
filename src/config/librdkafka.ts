import { messageOf } from '../errors.js';
import type { LoadedConfiguration } from './load.js';

/**
 * What librdkafka itself refuses among kafka.client, kafka.consumer and kafka.producer: unknown names, values out of range,
 * features that it was built without. Each property is tried alone, without a connection. One line each, placed as
 * ConfigurationError's are.
 */
export async function librdkafkaMistakes({ config, origins }: LoadedConfiguration): Promise<string[]> {
  // node-rdkafka's addon is loaded by those who ask only.
  const { default: rdkafka } = await import('node-rdkafka');
  return Object.entries(config.kafka).flatMap(([section, properties]) =>
    Object.entries(properties).flatMap(([property, value]) => {
      const path = `kafka.${section}.${property}`;
      try {
        new rdkafka.Producer({ [property]: value });
        return [];
      } catch (error) {
        return [`${origins.get(path) ?? 'default'}: ${path}: librdkafka: ${messageOf(error).trim()}`];
      }
    }),
  );
}
