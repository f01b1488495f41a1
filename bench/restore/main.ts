import { writeFileSync } from 'node:fs';
import { Command } from 'commander';
import { startBroker } from '../../test/support/broker.js';
import { comparedSeatmapd } from '../cases.js';
import { prepareBacklog } from '../input/prepare.js';
import { packedCalls } from '../kafka/packed-calls.js';
import { checkedOut, machine, versions } from '../machine.js';
import { whole } from '../options.js';
import type { InputShape } from '../results.js';
import { runRounds } from '../rounds.js';
import type { Setting } from '../setting.js';
import { buildSides } from '../sides/sides.js';
import { Table } from '../table.js';
import { type RestoreCase, type RestoreFigures, runRestore } from './restore-run.js';

type Options = {
  readonly sections: number;
  readonly seats: number;
  readonly requests: number;
  readonly rounds: number;
  readonly out?: string;
};

const options = new Command('bench:restore')
  .description(
    'How long seatmapd and Kafka Streams take from their start to ready after kill -9, with their stores and without.',
  )
  .option('--sections <number>', 'sections that there are', whole, 10_000)
  .option('--seats <number>', 'seats of each, a multiple of 50', whole, 5_000)
  .option('--requests <number>', 'requests of the load under which they are killed', whole, 400_000)
  .option('--rounds <number>', 'runs of each case, interleaved; medians are taken', whole, 3)
  .option('--out <file>', 'where the figures go as JSON')
  .parse()
  .opts<Options>();

const seatmapd: RestoreCase['settings'] = comparedSeatmapd;
const streams: RestoreCase['settings'] = { side: 'kafka-streams', variant: 'bitmap-slim', profile: 'throughput' };
const cases: RestoreCase[] = [
  { name: 'seatmapd, its store kept', settings: seatmapd, keepsStore: true },
  { name: 'seatmapd, its store deleted', settings: seatmapd, keepsStore: false },
  { name: 'kafka-streams-bitmap-slim, its store kept', settings: streams, keepsStore: true },
  { name: 'kafka-streams-bitmap-slim, its store deleted', settings: streams, keepsStore: false },
];

const columns: ConstructorParameters<typeof Table<RestoreFigures>>[1] = [
  ['start s', 9, ({ startSeconds }) => startSeconds.toFixed(2)],
  ['restore s', 11, ({ restoreSeconds }) => (restoreSeconds === 0 ? '–' : restoreSeconds.toFixed(2))],
  ['records read', 14, ({ recordsRead }) => Math.round(recordsRead).toLocaleString('en')],
];

const { sections, seats, requests, rounds, out } = options;
const shape: InputShape = {
  ...{ requests, sections, seatsPerSection: seats, partitions: 32, maxSeatsPerRequest: 4, fragmented: false },
};
await buildSides(cases.map(({ settings }) => settings));
const about = { commit: await checkedOut(), machine: machine(), versions: await versions() };
const broker = await startBroker({ heap: '2g' });
const setting: Setting = { native: packedCalls(), broker };
const input = await prepareBacklog(setting.native, broker.bootstrapServers, shape);
const title = `kill -9, ${sections} sections × ${seats} seats`;
const table = new Table<RestoreFigures>(title, columns, rounds);
const { measured, failures } = await runRounds(cases, rounds, (one) => runRestore(setting, one, input), table);
await broker.stop();
if (out !== undefined) {
  const figures = measured.map(({ of: { name }, runs, median }) => ({ name, runs, median }));
  writeFileSync(out, `${JSON.stringify({ ...about, input: shape, cases: figures, failures }, undefined, 2)}\n`);
}
// Clients that were disconnected may still hold the event loop for a while.
process.exit(failures.length === 0 ? 0 : 1);
