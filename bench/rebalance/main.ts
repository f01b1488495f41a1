import { Command } from 'commander';
import { startBroker } from '../../test/support/broker.js';
import { packedCalls } from '../kafka/packed-calls.js';
import { checkedOut, machine, versions } from '../machine.js';
import { whole } from '../options.js';
import { medianFigures } from '../statistics.js';
import { Table } from '../table.js';
import { brokerProperties, rebalanceCases } from './cases.js';
import { type PauseFigures, runRebalance, scenarioSeconds } from './rebalance-run.js';

type Options = { readonly rate: number; readonly rounds: number; readonly warmUp: number; readonly only?: string[] };

const program = new Command('bench:rebalance')
  .description(
    'How long answers pause while an instance joins, is killed and restarted, and leaves; on a broker of its own.',
  )
  .option('--rate <number>', 'requests a second', whole, 2_000)
  .option('--rounds <number>', 'runs of each case, interleaved; medians are taken', whole, 3)
  .option('--warm-up <seconds>', 'of each run, not counted', whole, 10)
  .option('--only <names>', 'only these cases, by comma: classic, consumer, classic-static', (text) => text.split(','))
  .action(run);

async function run({ rate, rounds, warmUp, only }: Options): Promise<void> {
  const cases = rebalanceCases.filter(({ name }) => only === undefined || only.includes(name));
  const about = { ...machine(), ...(await versions()), ...(await checkedOut()) };
  process.stdout.write(`${JSON.stringify(about)}\n${rate} requests/s, exactly-once, 32 partitions\n`);
  const table = new Table<PauseFigures>(
    'longest pause in answers (two instances)',
    [
      ['staying', 9, ({ staying }) => String(Math.round(staying))],
      ['of them ms', 12, ({ stayingMs }) => stayingMs.toFixed(0)],
      ['overall ms', 12, ({ overallMs }) => overallMs.toFixed(0)],
    ],
    rounds,
  );
  const broker = await startBroker({ heap: '2g', settings: brokerProperties });
  try {
    const setting = { native: packedCalls(), broker };
    const pace = { requestsPerSecond: rate, warmUpSeconds: warmUp, measuredSeconds: scenarioSeconds };
    const runs = new Map<string, PauseFigures[]>();
    table.begin();
    for (let round = 1; round <= rounds; round += 1) {
      for (const one of cases) {
        for (const [event, figures] of await runRebalance(setting, one, pace)) {
          const name = `${one.name}: ${event}`;
          table.ran({ name }, round, figures);
          runs.set(name, [...(runs.get(name) ?? []), figures]);
        }
      }
    }
    table.begin();
    for (const [name, all] of runs) table.median({ name }, medianFigures(all));
  } finally {
    await broker.stop();
  }
}

await program.parseAsync();
// Clients that were disconnected may still hold the event loop for a while.
process.exit();
