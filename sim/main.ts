import { Command, InvalidArgumentError, Option } from 'commander';
import type { SlotSettings } from '../src/slots/settings.js';
import { describeFailure, runCampaign, summary } from './campaign.js';
import { runSeed } from './run.js';
import { huntAll } from './variants/hunt.js';
import { tableHead, tableLine } from './variants/table.js';
import { huntSeed, mostRunsUntilCaught, variants } from './variants/variants.js';

type Options = {
  readonly seed?: number;
  readonly runs: number;
  readonly guarantee?: SlotSettings['guarantee'];
  readonly unattended?: boolean;
  readonly trace?: boolean;
  readonly goOn?: boolean;
  readonly json?: boolean;
  readonly variants?: boolean;
};

function whole(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0) throw new InvalidArgumentError('expected a whole number');
  return value;
}

const program = new Command('sim')
  .description('Runs the daemon on a simulated cluster where everything goes wrong, seed by seed.')
  .option('--seed <number>', 'of the first run; random if not given', whole)
  .option('--runs <number>', 'how many runs, of consecutive seeds', whole, 1)
  .addOption(
    new Option('--guarantee <guarantee>', 'drawn from the seed if not given').choices([
      'exactly_once',
      'at_least_once',
    ]),
  )
  .option('--unattended', 'without the operator, who pauses, resumes and has republished in every second run')
  .option('--trace', 'print every step of the first run')
  .option('--go-on', 'go on after a run that failed')
  .option('--json', 'print the result as one line of JSON')
  .option(
    '--variants',
    'apply known-wrong variants of the protocol to a copy of the code, and print when each is caught',
  )
  .action((options: Options) => (options.variants ? printVariants() : run(options)));

async function run({ seed = Math.floor(Math.random() * 2 ** 31), runs, guarantee, ...rest }: Options): Promise<void> {
  const { unattended: isUnattended } = rest;
  if (rest.trace) await runSeed({ seed, guarantee, isUnattended, onLine: (line) => print(line) });
  const report = await runCampaign({ seed, runs, guarantee, isUnattended, goesOn: rest.goOn ?? false });
  if (rest.json) {
    print(
      JSON.stringify({ runs: report.runs, failed: report.failed.map(({ seed, problems }) => ({ seed, problems })) }),
    );
  } else {
    for (const failure of report.failed) print(describeFailure(failure));
    print(summary(report, seed));
  }
  if (report.failed.length > 0) process.exitCode = 1;
}

async function printVariants(): Promise<void> {
  print(tableHead);
  await huntAll(variants, huntSeed, mostRunsUntilCaught, (hunted) => {
    print(tableLine(hunted));
    if (hunted.caught === undefined) process.exitCode = 1;
  });
}

const print = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

await program.parseAsync();
