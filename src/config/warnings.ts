import type { Config } from './schema.js';

/** What is allowed and still deserves a second thought: one sentence or two each, led by the key. */
export function warningsOf(config: Config): string[] {
  const warnings: string[] = [];
  if (config.guarantee === 'at_least_once') {
    warnings.push(
      'guarantee: at_least_once: there is no fencing: a batch older than half the session timeout, or of a lost ' +
        'assignment, is not produced, but nothing in Kafka stops a second instance. No answer is lost; answers can be ' +
        'repeated after a crash, and are identical unless an init was merged differently.',
    );
  }
  const { replication, minInsyncReplicas } = config.topics.create;
  if (minInsyncReplicas > replication) {
    warnings.push(
      `topics.create.minInsyncReplicas: ${minInsyncReplicas} is more than topics.create.replication (${replication}): ` +
        'a broker may refuse every write to such a topic.',
    );
  }
  return warnings;
}
