import { Command } from 'commander';
import { packageVersion } from '../version.js';

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
  status: () => import('./status.js'),
  pause: () => import('./pause.js'),
  resume: () => import('./resume.js'),
  republish: () => import('./republish.js'),
  'log-level': () => import('./log-level.js'),
  demo: () => import('./demo.js'),
  completion: () => import('./completion.js'),
};

/** The command line with the verb `asked`, or with all of them when there is none of that name. */
export async function programWith(asked?: string): Promise<Command> {
  const program = new Command('seatmapd')
    .description('Allocates seats for ticket sales from Kafka to Kafka, exactly once, and publishes a slim status.')
    .version(packageVersion())
    .exitOverride();
  const names = Object.keys(VERBS);
  for (const name of asked !== undefined && names.includes(asked) ? [asked] : names)
    (await VERBS[name]?.())?.register(program);
  return program;
}
