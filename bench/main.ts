import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Argument, Command, Option } from 'commander';
import { projectRoot } from '../test/support/kafka-jars.js';
import { runBenchmark } from './benchmark.js';
import { whole } from './options.js';
import type { Plan } from './plan.js';
import { type Results, type SweepName, sweepNames } from './results.js';

type Options = {
  readonly requests: number;
  readonly rounds: number;
  readonly only?: string[];
  readonly out?: string;
  readonly rates: number[];
  readonly warmUp: number;
  readonly measured: number;
};

const names = (text: string): string[] => text.split(',');
const wholes = (text: string): number[] => text.split(',').map(whole);

const program = new Command('bench')
  .description('Compares seatmapd with what librdkafka can do at most and with Kafka Streams, on a broker of its own.')
  .option('--requests <number>', 'requests of a backlog', whole, 1_000_000)
  .option('--rounds <number>', 'runs of each case, interleaved; medians are taken', whole, 3)
  .option('--only <names>', 'only these cases, by comma', names)
  .option('--rates <numbers>', 'requests a second of the latency runs, by comma', wholes, [5_000, 20_000])
  .addOption(new Option('--warm-up <seconds>', 'of a latency run, not counted').argParser(whole).default(5))
  .addOption(new Option('--measured <seconds>', 'of a latency run').argParser(whole).default(20))
  .option('--out <file>', 'where the results go; default: bench/results/<date>-<commit>.json');

const verb = (name: string, description: string, part: () => Partial<Plan>): void => {
  program
    .command(name, { isDefault: name === 'all' })
    .description(description)
    .action(() => run(part()));
};
const paces = (): Plan['paces'] => {
  const { rates, warmUp, measured } = program.opts<Options>();
  return rates.map((requestsPerSecond) => ({ requestsPerSecond, warmUpSeconds: warmUp, measuredSeconds: measured }));
};
verb('all', 'everything, one run after the other', () => ({ throughput: true, paces: paces(), sweeps: sweepNames }));
verb('throughput', 'requests a second over a backlog', () => ({ throughput: true }));
verb('latency', 'from request to visible answer at steady rates', () => ({ paces: paces() }));
program
  .command('sweep')
  .description('how the cost grows with one quantity')
  .addArgument(new Argument('[names...]', 'what is varied; default: everything').choices(sweepNames))
  .action((sweeps: SweepName[]) => run({ sweeps: sweeps.length === 0 ? sweepNames : sweeps }));

async function run(part: Partial<Plan>): Promise<void> {
  const { requests, rounds, only, out } = program.opts<Options>();
  const plan: Plan = {
    ...{ throughput: false, paces: [], sweeps: [], requests, rounds },
    only: only === undefined ? undefined : new Set(only),
    ...part,
  };
  const results = await runBenchmark(plan, ['bench', ...process.argv.slice(2)].join(' '));
  const file = out ?? join(projectRoot, 'bench', 'results', fileName(results));
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(results, undefined, 2)}\n`);
  process.stdout.write(`${file}\n`);
  if (results.failures.length > 0) {
    process.stdout.write(`${results.failures.length} runs FAILED\n`);
    process.exitCode = 1;
  }
}

const fileName = ({ startedAt, commit }: Results): string =>
  `${startedAt.slice(0, 10)}-${commit.hash}${commit.dirty ? '-dirty' : ''}.json`;

await program.parseAsync();
// Clients that were disconnected may still hold the event loop for a while.
process.exit();
