import assert from 'node:assert/strict';
import { bareDecoder, SectionStatusCache, type StatusDecoder, type StatusPayload } from '../../src/client/index.js';
import { type Broker, brokerOrSkip } from '../support/broker.js';
import { writeConfiguration } from '../support/configuration.js';
import { Daemon, killDaemons, startDaemon } from '../support/daemon.js';
import { watchProgress } from '../support/progress.js';
import { Random } from '../support/random.js';
import { readTopic } from '../support/read.js';
import { until } from '../support/status-topic.js';
import { compactedAtOnce, createAllTopics } from '../support/topics.js';
import { drain, loadInputs } from './run.js';

const requests = Number(process.env.TEST_CLIENT_REQUESTS ?? 200_000);
const sections = 200;
const caches = 5;

type Observed = {
  readonly cache: SectionStatusCache;
  /** Counts that were told after a lower one of the same section. */
  readonly wentUp: () => number;
  /** Statuses that it has read. */
  readonly read: () => number;
};

describe('caches that are started at different moments of a run', () => {
  let broker: Broker;
  before(async function () {
    broker = await brokerOrSkip(this);
  });
  afterEach(killDaemons);

  for (const payload of ['count', 'full'] as const) {
    it(`all end equal to the daemon's own counts, and so does one that is started afterwards, by a record a section: ${payload}`, async () => {
      // A full map has 100 KB in the real world; here it has seats enough for the requests.
      const [count, rows] = payload === 'count' ? [requests, 50] : [Math.min(requests, 2_000), 2];
      const topics = await createAllTopics(broker.bootstrapServers, 8, {
        ...{ results: 8, status: 5, statusConfigs: compactedAtOnce },
      });
      await loadInputs(broker, topics, new Random(7), { sections, rows, seatsPerRow: 20, requests: count });
      const observed: Observed[] = [];
      const start = async (): Promise<Observed> => {
        const one = await observe(broker.bootstrapServers, topics.status, payload);
        observed.push(one);
        return one;
      };
      try {
        await start();
        const settings = { status: { payload, emit: 'every' }, batch: { maxMessages: Math.ceil(count / 40) } };
        const { file } = writeConfiguration(broker.bootstrapServers, topics, settings);
        const daemon = startDaemon(file);
        for (let started = 1; started < caches; started += 1) {
          const enough = ({ done, total }: { done: number; total: number }): boolean =>
            done >= (total * started) / caches;
          await watchProgress(broker.bootstrapServers, topics, { enough, daemon, timeoutMs: 240_000 });
          await start();
        }
        await watchProgress(broker.bootstrapServers, topics, {
          ...{ enough: ({ done, total }) => done === total, daemon, timeoutMs: 240_000 },
        });
        await drain(daemon);

        const counts = await countsOfState(file);
        assert.equal(counts.size, sections);
        await untilCompacted(broker.bootstrapServers, topics.status);
        const after = await start();
        await after.cache.ready();
        assertEqual(after.cache, counts, 'the one that was started afterwards');
        assert.equal(after.read(), sections);
        assert.ok((observed[0] as Observed).read() > sections, 'the others had more to read');
        for (const [index, { cache }] of observed.entries()) {
          await until(
            () => cache.statistics().lagRecords === 0,
            () => cache.statistics(),
          );
          assertEqual(cache, counts, `cache ${index}`);
        }
        // Inits come first, and requests only take seats: no count was ever told after a lower one.
        assert.deepEqual(
          observed.map(({ wentUp }) => wentUp()),
          observed.map(() => 0),
        );
      } finally {
        await Promise.all(observed.map(({ cache }) => cache.close()));
      }
    });
  }
});

async function observe(bootstrapServers: string, topic: string, payload: StatusPayload): Promise<Observed> {
  const bare = bareDecoder(payload);
  let read = 0;
  const decode: StatusDecoder['decode'] = (...value) => {
    read += 1;
    return bare.decode(...value);
  };
  const client = { 'bootstrap.servers': bootstrapServers };
  const cache = await SectionStatusCache.connect({ client, topic, decoder: { decode } });
  let wentUp = 0;
  const last = new Map<string, number>();
  cache.on('update', (update) => {
    const key = `${update.eventId}-${update.section}`;
    const availableCount = update.kind === 'counted' ? update.availableCount : Number.POSITIVE_INFINITY;
    if (availableCount > (last.get(key) ?? Number.POSITIVE_INFINITY)) wentUp += 1;
    last.set(key, availableCount);
  });
  return { cache, wentUp: () => wentUp, read: () => read };
}

/** The seats that are left by the daemon's own state, as `seatmapd state list` tells it. */
async function countsOfState(configurationFile: string): Promise<Map<string, number>> {
  const list = new Daemon(['state', 'list', '--json', '-c', configurationFile]);
  assert.deepEqual(await list.exited, { code: 0, signal: null }, list.tail());
  return new Map(list.lines.map(({ eventId, section, available }) => [`${eventId}-${section}`, Number(available)]));
}

/** Resolves when the broker has compacted a status topic to a record a section. */
const untilCompacted = (bootstrapServers: string, topic: string): Promise<void> =>
  until(
    async () => (await readTopic(bootstrapServers, topic)).flat().length === sections,
    () => `${topic} is not compacted`,
  );

function assertEqual(cache: SectionStatusCache, counts: ReadonlyMap<string, number>, what: string): void {
  const known = [1, 2, 3, 4].flatMap((event) => cache.sections(event));
  const told = new Map(known.map(({ eventId, section, availableCount }) => [`${eventId}-${section}`, availableCount]));
  assert.deepEqual(new Map([...told].sort()), new Map([...counts].sort()), what);
  assert.equal(cache.statistics().undecodable, 0, what);
}
