import { statSync } from 'node:fs';
import type { LoadedConfiguration } from './load.js';
import type { Config } from './schema.js';
import { isSecretKey } from './secrets.js';
import { dotted } from './shape.js';

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
  warnings.push(...registryWarnings(config.avro));
  const { replication, minInsyncReplicas } = config.topics.create;
  if (minInsyncReplicas > replication) {
    warnings.push(
      `topics.create.minInsyncReplicas: ${minInsyncReplicas} is more than topics.create.replication (${replication}): ` +
        'a broker may refuse every write to such a topic.',
    );
  }
  return warnings;
}

function registryWarnings({ framing, registry: { url, password, token } }: Config['avro']): string[] {
  const isUnused = framing === 'none' && url !== '';
  const isInClear = url.startsWith('http:') && (password !== '' || token !== '');
  return [
    ...(isUnused ? ['avro.registry.url: with avro.framing: none no schema registry is asked.'] : []),
    ...(isInClear ? ['avro.registry.url: over http: the password, or the token, is sent as it is.'] : []),
  ];
}

/** Secrets that stand in a configuration file which every user of the machine may read: one sentence each. */
export function exposedSecrets({ config, file, origins, references }: LoadedConfiguration): string[] {
  if (file === undefined || (statSync(file).mode & 0o007) === 0) return [];
  const sections = [
    ...Object.entries(config.kafka).map(([section, values]) => ({ start: ['kafka', section], values })),
    { start: ['avro', 'registry'], values: config.avro.registry },
  ];
  return sections
    .flatMap(({ start, values }) => Object.entries(values).map(([key, value]) => ({ path: [...start, key], value })))
    .filter(({ path, value }) => isSecretKey(path) && value !== '')
    .map(({ path }) => dotted(path))
    .filter((path) => !references.has(path) && origins.get(path)?.startsWith(`${file}:`))
    .map(
      (path) => `${path}: every user of the machine may read it here: chmod o= ${file}, or give it as { file: /path }`,
    );
}
