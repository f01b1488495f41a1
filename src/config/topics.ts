import { z } from 'zod';
import { property, topic, whole } from './fields.js';

/** What a broker does with old records of a topic (topic configuration cleanup.policy). */
export const cleanupPolicy = z.enum(['delete', 'compact', 'compact,delete']);

export type CleanupPolicy = z.output<typeof cleanupPolicy>;

const cleanupPolicies = z
  .strictObject({
    init: cleanupPolicy.default('delete').describe('Of the init topic.'),
    requests: cleanupPolicy.default('delete').describe('Of the requests topic.'),
    results: cleanupPolicy.default('delete').describe('Of the results topic.'),
    status: cleanupPolicy
      .default('compact')
      .describe('Of the status topic: its last record of each section is what counts.'),
    deadLetters: cleanupPolicy.default('delete').describe('Of the dead letters.'),
  })
  .prefault({})
  .describe(
    'cleanup.policy of the topics that are created. The changelog is always `compact`: an image that expires resells seats.',
  );

const create = z.strictObject({
  partitions: whole(1, 10_000, 32).describe(
    'Partitions of each topic. Both inputs and the changelog must have the same number, which can never change.',
  ),
  replication: whole(1, 15, 3).describe('Replicas of each partition; at most the number of brokers.'),
  minInsyncReplicas: whole(1, 15, 2).describe(
    'Replicas that must have a record before it counts as written (min.insync.replicas).',
  ),
  cleanupPolicy: cleanupPolicies,
  config: z
    .record(z.string(), property.transform(String))
    .default({})
    .describe('Further topic configurations, by their Kafka names, given to every topic that is created.'),
});

/** The section `topics`. */
export const topics = z.strictObject({
  init: topic.default('section-init').describe('Input: commands that create or replace a section.'),
  requests: topic.default('reservation-requests').describe('Input: requests for seats.'),
  results: topic.default('reservation-completed').describe('Output: one answer to each request.'),
  status: topic
    .default('section-status')
    .describe('Output, compacted: how many seats a section has left, after each request.'),
  create: create
    .prefault({})
    .describe(
      'What `seatmapd topics create` makes; flags of the command override it. Existing topics are verified only.',
    ),
});
