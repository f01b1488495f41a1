import { Command } from 'commander';
import { startBroker } from '../../test/support/broker.js';
import { packedCalls } from '../kafka/packed-calls.js';
import { checkedOut, machine, versions } from '../machine.js';
import { whole } from '../options.js';
import { runRounds } from '../rounds.js';
import { Table, takeoverColumns } from '../table.js';
import type { Takeover } from './takeover.js';
import { runTakeover } from './takeover-run.js';

type Options = {
  readonly sections: number;
  readonly seats: number;
  readonly requests: number;
  readonly rate: number;
  readonly rounds: number;
};

const program = new Command('bench:takeover')
  .description('How long it takes after kill -9 until another instance is ready, with a standby and without.')
  .option('--sections <number>', 'sections over 32 partitions', whole, 10_000)
  .option('--seats <number>', 'seats of each section', whole, 5_000)
  .option('--requests <number>', 'requests that are answered before', whole, 200_000)
  .option('--rate <number>', 'requests a second that come meanwhile, in the cases under load', whole, 1_000)
  .option('--rounds <number>', 'runs of each case, interleaved; medians are taken', whole, 3)
  .parse();
const { sections, seats, requests, rate, rounds } = program.opts<Options>();

const cases: Takeover[] = [0, rate].flatMap((requestsPerSecond) =>
  (['none', 'all'] as const).map((standby) => ({
    name: `standby ${standby},`,
    ...{ standby, sections, seatsPerSection: seats, backlogRequests: requests, requestsPerSecond },
  })),
);

const { hash, dirty } = await checkedOut();
const { cpu, cores, memoryBytes, kernel } = machine();
const { node, java, kafka, librdkafka } = await versions();
const lines = [
  `commit ${hash}${dirty ? ' with changes' : ''}, ${new Date().toISOString()}`,
  `${cpu}, ${cores} cores, ${Math.round(memoryBytes / 1e9)} GB, Linux ${kernel}`,
  `Node ${node}, Java ${java}, Kafka ${kafka} on the same machine, librdkafka ${librdkafka}`,
  `${sections} sections of ${seats} seats over 32 partitions, ${requests} requests answered before the kill`,
];
process.stdout.write(`${lines.join('\n')}\n\n`);

const broker = await startBroker({ heap: '2g' });
const setting = { native: packedCalls(), broker };
const table = new Table('takeover after kill -9', takeoverColumns, rounds);
const { failures } = await runRounds(cases, rounds, (of) => runTakeover(setting, of), table);
await broker.stop();
// Clients that were disconnected may still hold the event loop for a while.
process.exit(failures.length === 0 ? 0 : 1);
