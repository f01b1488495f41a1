import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { temporaryFolder } from './temporary.js';
import type { Topics } from './topics.js';

export type Settings = {
  readonly [key: string]: string | number | boolean | Settings;
};

export type Configuration = {
  /** The YAML file, for `run -c`. */
  readonly file: string;
  readonly stateDirectory: string;
};

/**
 * Writes a configuration to a temporary folder, with a state directory beside it. `settings` are laid over what the
 * tests need: the topics, the broker, short timeouts.
 */
export function writeConfiguration(bootstrapServers: string, topics: Topics, settings: Settings = {}): Configuration {
  const folder = temporaryFolder('run');
  const stateDirectory = join(folder, 'state');
  const { application, init, requests, results, status } = topics;
  const isClassic = (settings.group as Settings | undefined)?.protocol !== 'consumer';
  const base: Settings = {
    application,
    instance: 'one',
    kafka: {
      client: { 'bootstrap.servers': bootstrapServers },
      // A member that ended without leaving keeps its partitions for this long. KIP-848's timeouts are the broker's.
      consumer: isClassic ? { 'session.timeout.ms': 6_000, 'heartbeat.interval.ms': 500 } : {},
    },
    topics: { init, requests, results, status },
    workers: { threads: 2 },
    state: { directory: stateDirectory },
    metrics: { intervalMs: 1_000 },
  };
  const file = join(folder, 'seatmapd.yaml');
  writeFileSync(file, stringify(overlaid(base, settings)));
  return { file, stateDirectory };
}

function overlaid(base: Settings, over: Settings): Settings {
  const merged: Record<string, Settings[string]> = { ...base };
  for (const [key, value] of Object.entries(over)) {
    const below = merged[key];
    merged[key] = typeof value === 'object' && typeof below === 'object' ? overlaid(below, value) : value;
  }
  return merged;
}
