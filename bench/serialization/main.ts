import { Command } from 'commander';
import { startBroker } from '../../test/support/broker.js';
import { checkedOut, machine, versions } from '../machine.js';
import { whole } from '../options.js';
import { type EncodeFigures, encodeFigures } from './encode-times.js';
import { daemonEncoders, type Encoder, genericEncoders } from './statuses.js';
import { runOnWire, type WireFigures } from './wire-run.js';

type Options = {
  readonly seats: number;
  readonly rate: number;
  readonly rounds: number;
  readonly seconds: number;
  readonly partitions: number;
  readonly wire: boolean;
};

const options = new Command('bench:serialization')
  .description(
    'A slim status against the full map of a section: size, time to encode, and what both cost the status topic.',
  )
  .option('--seats <number>', 'seats of the section, a multiple of 50', whole, 5_000)
  .option('--rate <number>', 'allocations a second', whole, 1_000)
  .option('--rounds <number>', 'rounds of half a second back to back; the median is taken', whole, 5)
  .option('--seconds <number>', 'how long each goes on at the rate', whole, 5)
  .option('--partitions <number>', 'partitions of the status topic', whole, 32)
  .option('--no-wire', 'without the daemon and the broker')
  .parse()
  .opts<Options>();

const { seats, rate, rounds, seconds, partitions, wire } = options;
const print = (line = ''): boolean => process.stdout.write(`${line}\n`);
const number = (value: number, digits = 0): string =>
  value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits });

function row(name: string, { sizeBytes, nanoseconds, pacedP50Nanoseconds, pacedP99Nanoseconds }: EncodeFigures): void {
  const micros = [nanoseconds, pacedP50Nanoseconds, pacedP99Nanoseconds].map((value) =>
    number(value / 1e3, 2).padStart(12),
  );
  print(`${name.padEnd(36)}${number(sizeBytes).padStart(10)}${micros.join('')}`);
}

async function compare(pair: { readonly slim: Encoder; readonly full: Encoder }): Promise<void> {
  const effort = { rounds, roundMs: 500, pacedSeconds: seconds };
  const full = await encodeFigures(pair.full, rate, effort);
  const slim = await encodeFigures(pair.slim, rate, effort);
  row(pair.full.name, full);
  row(pair.slim.name, slim);
  print(
    `  the slim one is ${number(full.sizeBytes / slim.sizeBytes)} × smaller and ${number(full.nanoseconds / slim.nanoseconds)} × quicker; ` +
      `at ${number(rate)}/s its latency is ${number((100 * slim.pacedP50Nanoseconds) / full.pacedP50Nanoseconds, 3)} % of the full map's (p50), ` +
      `${number((100 * slim.pacedP99Nanoseconds) / full.pacedP99Nanoseconds, 3)} % (p99)`,
  );
  print(
    `  ${number(rate)} values a second: ${number((slim.sizeBytes * rate) / 1e3, 1)} KB/s against ${number((full.sizeBytes * rate) / 1e6, 1)} MB/s`,
  );
}

const { cpu, cores } = machine();
const { hash, dirty } = await checkedOut();
const { node, kafka, librdkafka } = await versions();
print(
  `${cpu}, ${cores} cores; Node.js ${node}, Kafka ${kafka}, librdkafka ${librdkafka}; commit ${hash}${dirty ? ' with changes' : ''}`,
);
print(`\na section of ${number(seats)} seats, half of them sold`);
print(
  `${''.padEnd(36)}${'bytes'.padStart(10)}${['CPU µs', 'p50 µs', 'p99 µs'].map((title) => title.padStart(12)).join('')}`,
);
await compare(daemonEncoders(seats));
await compare(genericEncoders(seats));

if (wire) {
  const broker = await startBroker({ heap: '1g' });
  print(`\nthe status topic of a daemon with ${number(rate)} requests/s for 20 sections, status.emit: every`);
  for (const payload of ['count', 'full'] as const) {
    for (const count of [...new Set([1, partitions])]) {
      const shape = { payload, perSecond: rate, seconds, sections: 20, seats, partitions: count };
      const { payloadBytesPerSecond, logBytesPerSecond }: WireFigures = await runOnWire(broker, shape);
      print(
        `  ${payload.padEnd(6)} ${String(count).padStart(3)} partitions: keys and values ${number(payloadBytesPerSecond / 1e3, 1)} KB/s, ` +
          `in the log ${number(logBytesPerSecond / 1e3, 1)} KB/s (compressed, with transaction markers)`,
      );
    }
  }
  await broker.stop();
}
// Clients that were disconnected may still hold the event loop for a while.
process.exit(0);
