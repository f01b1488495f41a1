import { messageOf } from '../errors.js';
import type { LoadedConfiguration } from './load.js';
import { isSecretProperty, shownKey } from './secrets.js';

/** Some of librdkafka's sentences quote the value. */
const HIDDEN = 'it does not accept the property or its value, which is a secret and not shown';

/**
 * What librdkafka itself refuses among kafka.client, kafka.consumer and kafka.producer: unknown names, values out of range,
 * features that it was built without. Each property is tried alone, without a connection. One line each, placed as
 * ConfigurationError's are.
 */
export async function librdkafkaMistakes({ config, origins, references }: LoadedConfiguration): Promise<string[]> {
  // node-rdkafka's addon is loaded by those who ask only.
  const { default: rdkafka } = await import('node-rdkafka');
  return Object.entries(config.kafka).flatMap(([section, properties]) =>
    Object.entries(properties).flatMap(([property, value]) => {
      const path = `kafka.${section}.${property}`;
      try {
        new rdkafka.Producer({ [property]: value });
        return [];
      } catch (error) {
        const shown = shownKey(property);
        const isHidden = isSecretProperty(property) || references.has(path) || shown !== property;
        const reason = isHidden ? HIDDEN : messageOf(error).trim();
        return [`${origins.get(path) ?? 'default'}: kafka.${section}.${shown}: librdkafka: ${reason}`];
      }
    }),
  );
}
