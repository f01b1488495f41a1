import type { SchemaMistake } from './mistakes.js';
import type { Override } from './overrides.js';
import type { Path } from './shape.js';

/** librdkafka's properties whose values are secrets, its aliases for them, and what people bring along from Java clients. */
export const SECRET_PROPERTIES: ReadonlySet<string> = new Set([
  'sasl.password',
  'sasl.jaas.config',
  'sasl.oauthbearer.config',
  'sasl.oauthbearer.client.secret',
  'sasl.oauthbearer.client.credentials.client.secret',
  'sasl.oauthbearer.assertion.private.key.passphrase',
  'sasl.oauthbearer.assertion.private.key.pem',
  'ssl.key.password',
  'ssl.key.pem',
  'ssl.keystore.password',
  'ssl.truststore.password',
]);

export const isSecretProperty = (property: string): boolean => SECRET_PROPERTIES.has(property);

/** Keys of avro.registry whose values are secrets. */
export const SECRET_REGISTRY_KEYS: ReadonlySet<string> = new Set(['password', 'token']);

/** Whether `path` is that of one secret. */
export function isSecretKey([first, second, third = '']: Path): boolean {
  if (first === 'kafka') return isSecretProperty(third);
  return first === 'avro' && second === 'registry' && SECRET_REGISTRY_KEYS.has(third);
}

/**
 * Whether a value at `path` is never shown: that of a secret, one that stands where properties belong, or a URL, in which
 * a password may stand.
 */
export const isSecret = (path: Path): boolean =>
  isSecretKey(path) || (path[0] === 'kafka' && path.length < 3) || path.join('.') === 'avro.registry.url';

/**
 * A key as it may be shown. `sasl.password:x`, without a space, is a key to YAML: of a key that goes on behind the name of a
 * secret only the beginning is shown.
 */
export function shownKey(key: string): string {
  const registryKeys = [...SECRET_REGISTRY_KEYS].map((name) => `${name}:`);
  const name = [...SECRET_PROPERTIES, ...registryKeys].find((secret) => key.includes(secret) && key !== secret);
  return name === undefined ? key : `${key.slice(0, key.indexOf(name) + name.length)}…`;
}

/** Secrets among the flags: every user of the machine sees a process's command line. */
export function secretsOnCommandLine(flags: readonly Override[]): SchemaMistake[] {
  return flags
    .filter(({ path, value }) => isSecretKey(path) && typeof value === 'string')
    .map(({ path }) => ({
      path,
      text: `a command line is seen by every user of the machine: give it as a file (--set ${path.join('.')}.file=/path), or in the configuration`,
      about: 'value',
    }));
}
