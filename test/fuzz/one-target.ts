// Fuzzes one target in this process: node --import tsx test/fuzz/one-target.ts <target> <seed> <inputs> <progress file>.
// The progress file has the seed that is being tried, for whoever sees this process crash or hang. Prints the tally as JSON.
import { openSync, writeSync } from 'node:fs';
import { fuzz } from './target.js';
import { targets } from './targets.js';

const [name, seed, count, progressFile] = process.argv.slice(2) as [string, string, string, string];
const target = targets.find((one) => one.name === name);
if (target === undefined) throw new Error(`there is no target ${name}`);

const progress = openSync(progressFile, 'w');
const begin = (own: number): void => {
  writeSync(progress, String(own), 0);
};
try {
  process.stdout.write(`${JSON.stringify(await fuzz(target, { seed: Number(seed), count: Number(count), begin }))}\n`);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}
// Clients of Kafka that were disconnected may still hold the event loop for a while.
process.exit(0);
