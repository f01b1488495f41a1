import { Command } from 'commander';
import { startBroker } from '../../test/support/broker.js';
import { spreadShape } from '../cases.js';
import { prepareBacklog } from '../input/prepare.js';
import { packedCalls } from '../kafka/packed-calls.js';
import { checkedOut, machine, versions } from '../machine.js';
import { whole } from '../options.js';
import { medianFigures } from '../statistics.js';
import { instancesColumns, Table } from '../table.js';
import { type InstancesFigures, initialDelayMs, runInstances } from './instances-run.js';

type Options = { readonly requests: number; readonly rounds: number; readonly counts: readonly number[] };

const program = new Command('bench:instances')
  .description('Several instances of one application share a backlog by partitions, on a broker of its own.')
  .option('--requests <number>', 'of each run', whole, 1_000_000)
  .option('--rounds <number>', 'runs of each number of instances, interleaved; medians are taken', whole, 3)
  .option('--counts <numbers>', 'numbers of instances, by comma', (text) => text.split(',').map(whole), [1, 2, 4])
  .action(run);

async function run({ requests, rounds, counts }: Options): Promise<void> {
  const about = { ...machine(), ...(await versions()), ...(await checkedOut()) };
  process.stdout.write(`${JSON.stringify(about)}\n${requests} requests, 32 partitions, exactly-once, every\n`);
  const table = new Table<InstancesFigures>('instances (sums)', instancesColumns, rounds);
  const broker = await startBroker({ heap: '2g', settings: { 'group.initial.rebalance.delay.ms': initialDelayMs } });
  try {
    const setting = { native: packedCalls(), broker };
    const input = await prepareBacklog(setting.native, broker.bootstrapServers, spreadShape(requests));
    // The broker's own code is cold at first; this run counts nowhere.
    await runInstances(setting, 1, input);
    const runs = new Map<number, InstancesFigures[]>(counts.map((count) => [count, []]));
    table.begin();
    for (let round = 1; round <= rounds; round += 1) {
      for (const count of counts) {
        const figures = await runInstances(setting, count, input);
        table.ran({ name: nameOf(count) }, round, figures);
        runs.get(count)?.push(figures);
      }
    }
    table.begin();
    for (const [count, all] of runs) table.median({ name: nameOf(count) }, medianFigures(all));
  } finally {
    await broker.stop();
  }
}

const nameOf = (count: number): string => (count === 1 ? '1 instance' : `${count} instances`);

await program.parseAsync();
// Clients that were disconnected may still hold the event loop for a while.
process.exit();
