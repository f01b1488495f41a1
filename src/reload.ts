import type { Config } from './config/schema.js';

/** What may change while the daemon runs; everything else needs a restart. */
export const reloadable = [
  'log.level',
  'metrics.intervalMs',
  'batch.maxMessages',
  'batch.maxWaitMs',
  'batch.inFlight',
  'batch.maxHeldBackMessages',
  'status.emit',
] as const;
export type Reloadable = (typeof reloadable)[number];

/** A value of a key that may change; none of them is a secret. */
type Value = string | number;

export type Reload = {
  /** What is in force from now on: as it was, but for `changed`. */
  readonly config: Config;
  readonly changed: Readonly<Partial<Record<Reloadable, { readonly from: Value; readonly to: Value }>>>;
  /** Dotted keys whose new values wait for a restart. Their values are not told, for some are secrets. */
  readonly needsRestart: readonly string[];
};

/** What a configuration that was read again means for the one in force. */
export function reloadOf(inForce: Config, read: Config): Reload {
  const before = leaves(inForce);
  const after = leaves(read);
  const differing = [...new Set([...before.keys(), ...after.keys()])].filter(
    (key) => before.get(key) !== after.get(key),
  );
  const isReloadable = (key: string): key is Reloadable => (reloadable as readonly string[]).includes(key);
  const changed = Object.fromEntries(
    differing.filter(isReloadable).map((key) => [key, { from: before.get(key) as Value, to: after.get(key) as Value }]),
  );
  const config: Config = {
    ...inForce,
    log: { ...inForce.log, level: read.log.level },
    metrics: { ...inForce.metrics, intervalMs: read.metrics.intervalMs },
    batch: {
      ...inForce.batch,
      maxMessages: read.batch.maxMessages,
      maxWaitMs: read.batch.maxWaitMs,
      inFlight: read.batch.inFlight,
      maxHeldBackMessages: read.batch.maxHeldBackMessages,
    },
    status: { ...inForce.status, emit: read.status.emit },
  };
  return { config, changed, needsRestart: differing.filter((key) => !isReloadable(key)).sort() };
}

/** Dotted keys and their values, which are compared as they are. */
function leaves(value: unknown, path = '', into = new Map<string, unknown>()): Map<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) into.set(path, value);
  else for (const [key, inner] of Object.entries(value)) leaves(inner, path === '' ? key : `${path}.${key}`, into);
  return into;
}
