import { programWith } from './program.js';
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
  watch: () => import('./watch.js'),
  demo: () => import('./demo.js'),
};

function end(error: unknown): never {
  const { exitCode, text } = reportOf(error);
  if (text !== '') process.stderr.write(`${text}\n`);
  process.exit(exitCode);
}

async function main(words: readonly string[]): Promise<void> {
  const program = await programWith(words[0]);
  await program.parseAsync(words, { from: 'user' });
}

process.on('uncaughtException', end);
await main(process.argv.slice(2)).catch(end);
