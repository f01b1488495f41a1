import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { SectionStatusCache } from '../../src/client/section-status-cache.js';
import { startBroker } from '../../test/support/broker.js';
import { produceAll } from '../../test/support/produce.js';
import { createTopics, freshName } from '../../test/support/topics.js';
import { checkedOut, machine, versions } from '../machine.js';
import { median } from '../statistics.js';
import { filledSource, sectionOf } from './filled-source.js';

const sections = Number(process.argv[2] ?? 100_000);
const lookups = 2_000_000;
const rounds = 5;
const print = (line: string): boolean => process.stdout.write(`${line}\n`);

/** Nanoseconds of the processor for one lookup: the median of the rounds, over all sections in an order that no cache of the processor likes. */
function lookupNanoseconds(lookUp: (index: number) => unknown): number {
  const times: number[] = [];
  for (let round = 0; round <= rounds; round += 1) {
    const usage = process.cpuUsage();
    for (let count = 0, at = 0; count < lookups; count += 1, at = (at + 7_919) % sections) lookUp(at);
    // The first warms up.
    const { user, system } = process.cpuUsage(usage);
    if (round > 0) times.push(((user + system) * 1e3) / lookups);
  }
  return median(times);
}

async function measureLookups(): Promise<void> {
  const cache = await SectionStatusCache.follow({}, async () => filledSource(sections));
  await cache.ready();
  const known = Array.from({ length: sections }, (_, index) => sectionOf(index));
  const at = (index: number): { eventId: number; section: string } =>
    known[index] as { eventId: number; section: string };
  const get = lookupNanoseconds((index) => cache.get(at(index).eventId, at(index).section));
  const enough = lookupNanoseconds((index) => cache.hasEnoughSeats(at(index).eventId, at(index).section, 4));
  const wide = lookupNanoseconds((index) => cache.get(BigInt(at(index).eventId), at(index).section));
  const missed = lookupNanoseconds((index) => cache.get(1, at(index).section));
  await cache.close();
  print(
    `a lookup among ${sections.toLocaleString('en')} sections: get ${get.toFixed(0)} ns, hasEnoughSeats ${enough.toFixed(0)} ns, ` +
      `get with a bigint ${wide.toFixed(0)} ns, of an unknown event ${missed.toFixed(0)} ns`,
  );
}

function measureMemory(): void {
  const script = fileURLToPath(new URL('memory.ts', import.meta.url));
  const answer = execFileSync(process.execPath, ['--expose-gc', '--import', 'tsx', script, String(sections)]);
  const { heapBytes, rssBytes } = JSON.parse(answer.toString()) as { heapBytes: number; rssBytes: number };
  print(
    `memory of ${sections.toLocaleString('en')} sections: heap ${(heapBytes / 1e6).toFixed(1)} MB; RSS grew by ${(rssBytes / 1e6).toFixed(1)} MB`,
  );
}

/** From `connect` on a broker with one status a section to `ready`, and what the process then holds. */
async function measureStart(): Promise<void> {
  const broker = await startBroker();
  const { bootstrapServers } = broker;
  const topic = freshName('status');
  await createTopics(bootstrapServers, [{ topic, partitions: 20, compacted: true }]);
  const source = filledSource(sections);
  const records = await source.next(sections);
  await produceAll(
    bootstrapServers,
    records.map(({ key, value, timestampMs }) => ({ topic, key, value, timestampMs })),
  );
  const client = { 'bootstrap.servers': bootstrapServers };
  for (let round = 1; round <= 3; round += 1) {
    const startMs = performance.now();
    const cache = await SectionStatusCache.connect({ client, topic });
    await cache.ready();
    print(
      `ready on a broker with one record a section: ${(performance.now() - startMs).toFixed(0)} ms, ${cache.statistics().size} sections`,
    );
    await cache.close();
  }
  await broker.stop();
}

const { cpu, cores } = machine();
const { hash, dirty } = await checkedOut();
const { node, librdkafka } = await versions();
print(
  `${cpu}, ${cores} cores; Node.js ${node}, librdkafka ${librdkafka}; commit ${hash}${dirty ? ' with changes' : ''}`,
);
measureMemory();
await measureLookups();
await measureStart();
// Clients that were disconnected may still hold the event loop for a while.
process.exit(0);
