import { existsSync, readFileSync } from 'node:fs';
import { Command } from 'commander';
import { internal } from '../errors.js';
import { reportOf } from './report.js';

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
  demo: () => import('./demo.js'),
};

function end(error: unknown): never {
  const { exitCode, text } = reportOf(error);
  if (text !== '') process.stderr.write(`${text}\n`);
  process.exit(exitCode);
}

function version(): string {
  // This file runs from src/cli and from dist/src/cli.
  const candidates = ['../../package.json', '../../../package.json'].map((path) => new URL(path, import.meta.url));
  const manifest = candidates.find((candidate) => existsSync(candidate));
  if (!manifest) throw internal('package.json is missing from the installation');
  return (JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }).version;
}

async function main(words: readonly string[]): Promise<void> {
  const program = new Command('seatmapd')
    .description('Allocates seats for ticket sales from Kafka to Kafka, exactly once, and publishes a slim status.')
    .version(version())
    .exitOverride();
  const asked = Object.keys(VERBS).filter((name) => name === words[0]);
  for (const name of asked.length > 0 ? asked : Object.keys(VERBS)) (await VERBS[name]?.())?.register(program);
  await program.parseAsync(words, { from: 'user' });
}

process.on('uncaughtException', end);
await main(process.argv.slice(2)).catch(end);
