import { Argument, Command, InvalidArgumentError } from 'commander';
import { runTarget } from './target-process.js';
import { targets } from './targets.js';

type Options = { readonly seed: number; readonly inputs?: number; readonly jobs: number };

/** Inputs of a target, unless it is said otherwise. */
const inputsByDefault = 1_000_000;

function whole(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 0) throw new InvalidArgumentError('expected a whole number');
  return value;
}

const width = Math.max(...targets.map(({ name }) => name.length));
const listed = targets.map(({ name, description }) => `  ${name.padEnd(width)}  ${description}`).join('\n');

await new Command('fuzz')
  .description('Gives generated inputs to what reads frames, payloads, images and configurations.')
  .addArgument(new Argument('[targets...]', 'default: all').choices(targets.map(({ name }) => name)))
  .option('--seed <number>', 'of the first input; input n has seed + n', whole, Math.floor(Math.random() * 2 ** 31))
  .option(
    '--inputs <number>',
    'of each target (default: 1000000, of slot 100000: each is two batches of records)',
    whole,
  )
  .option('--jobs <number>', 'targets at a time', whole, 1)
  .addHelpText('after', `\nTargets:\n${listed}`)
  .action(run)
  .parseAsync();

async function run(names: readonly string[], { seed, inputs, jobs }: Options): Promise<void> {
  const queue = targets.filter(({ name }) => names.length === 0 || names.includes(name));
  process.stdout.write(`seed ${seed}\n`);
  const work = async (): Promise<void> => {
    for (let target = queue.shift(); target !== undefined; target = queue.shift()) {
      const count = inputs ?? inputsByDefault * (target.share ?? 1);
      try {
        const { tally, seconds } = await runTarget(target.name, seed, count);
        process.stdout.write(
          `${target.name.padEnd(width)}  ${count} inputs, ${tallied(tally)}, ${seconds.toFixed(0)} s\n`,
        );
      } catch (error) {
        process.exitCode = 1;
        process.stdout.write(`FAILED ${error instanceof Error ? error.message : String(error)}\n`);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, jobs) }, work));
}

function tallied({ accepted, refused }: { accepted: number; refused: number }): string {
  return `${accepted} accepted, ${refused} refused`;
}
