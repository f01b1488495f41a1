import { statSync } from 'node:fs';
import type { LoadedConfiguration } from './load.js';
import type { Config } from './schema.js';
import { isSecretProperty } from './secrets.js';

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

/** Secrets that stand in a configuration file which every user of the machine may read: one sentence each. */
export function exposedSecrets({ config, file, origins, references }: LoadedConfiguration): string[] {
  if (file === undefined || (statSync(file).mode & 0o007) === 0) return [];
  return Object.entries(config.kafka)
    .flatMap(([section, properties]) => Object.keys(properties).map((property) => ({ section, property })))
    .filter(({ property }) => isSecretProperty(property))
    .map(({ section, property }) => `kafka.${section}.${property}`)
    .filter((path) => !references.has(path) && origins.get(path)?.startsWith(`${file}:`))
    .map(
      (path) => `${path}: every user of the machine may read it here: chmod o= ${file}, or give it as { file: /path }`,
    );
}
