import { z } from 'zod';
import { property } from './fields.js';
import { refuseOwned } from './owned.js';

const isObject = (payload: { value: unknown }): boolean => typeof payload.value === 'object' && payload.value !== null;
const properties = z.record(z.string(), property).superRefine(refuseOwned, { when: isObject });

/** The section `kafka`: librdkafka properties, kept as they are given. */
export const kafka = z.strictObject({
  client: z
    .object({
      'bootstrap.servers': z
        .string()
        .min(1)
        .describe('The brokers to ask first, "host:port" separated by commas. The only key without a default.'),
    })
    .catchall(property)
    .superRefine(refuseOwned, { when: isObject })
    // Left out, it is read as an empty one, so that the missing key is what is reported.
    .prefault({} as { 'bootstrap.servers': string })
    .describe(
      'librdkafka properties of every client: connection, security, timeouts. Dotted names and values as in its CONFIGURATION.md; secrets from files, see below.',
    ),
  consumer: properties.default({}).describe('librdkafka properties of the consumer only; they win over kafka.client.'),
  producer: properties.default({}).describe('librdkafka properties of the producer only; they win over kafka.client.'),
});
