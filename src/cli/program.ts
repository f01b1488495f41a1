import { existsSync, readFileSync } from 'node:fs';
import { Command } from 'commander';
import { internal } from '../errors.js';

/** A file of a verb: it adds its command to the program. */
interface Verb {
  register(program: Command): void;
}

/** The verbs, in the order of `--help`, one file each. A verb's file, and what it imports, is loaded when it is asked for. */
const VERBS: Readonly<Record<string, () => Promise<Verb>>> = {
  run: () => import('./run.js'),
  'check-config': () => import('./check-config.js'),
  topics: () => import('./topics.js'),
  init: () => import('./init.js'),
  reserve: () => import('./reserve.js'),
  state: () => import('./state.js'),
  watch: () => import('./watch.js'),
  demo: () => import('./demo.js'),
  completion: () => import('./completion.js'),
};

function version(): string {
  // This file runs from src/cli and from dist/src/cli.
  const candidates = ['../../package.json', '../../../package.json'].map((path) => new URL(path, import.meta.url));
  const manifest = candidates.find((candidate) => existsSync(candidate));
  if (!manifest) throw internal('package.json is missing from the installation');
  return (JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }).version;
}

/** The command line with the verb `asked`, or with all of them when there is none of that name. */
export async function programWith(asked?: string): Promise<Command> {
  const program = new Command('seatmapd')
    .description('Allocates seats for ticket sales from Kafka to Kafka, exactly once, and publishes a slim status.')
    .version(version())
    .exitOverride();
  const names = Object.keys(VERBS);
  for (const name of asked !== undefined && names.includes(asked) ? [asked] : names)
    (await VERBS[name]?.())?.register(program);
  return program;
}
