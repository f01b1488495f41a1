import assert from 'node:assert/strict';
import { SectionStatusCache } from '../../src/client/index.js';
import { type Broker, brokerOrSkip } from '../support/broker.js';
import { writeConfiguration } from '../support/configuration.js';
import { killDaemons, startDaemon } from '../support/daemon.js';
import { readImage } from '../support/image.js';
import { watchProgress } from '../support/progress.js';
import { Random } from '../support/random.js';
import { readTopic } from '../support/read.js';
import { until } from '../support/status-topic.js';
import { createAllTopics, type Topics } from '../support/topics.js';
import { drain, loadInputs } from './run.js';

/** The whole run has 200,000. */
const requests = Number(process.env.TEST_CLIENT_REQUESTS ?? 20_000);
const sections = 200;
const caches = 5;

/** What a cache was told, section by section. */
type Observed = { readonly cache: SectionStatusCache; wentUp: number };

describe('caches that are started at different moments of a run', () => {
  let broker: Broker;
  before(async function () {
    broker = await brokerOrSkip(this);
  });
  afterEach(killDaemons);

  for (const payload of ['count', 'full'] as const) {
    it(`all end equal to the daemon's own counts, and so does one that is started afterwards: ${payload}`, async () => {
      // A full map has 100 KB in the real world; here it has seats enough for the requests.
      const [count, rows] = payload === 'count' ? [requests, 50] : [Math.min(requests, 2_000), 2];
      const topics = await createAllTopics(broker.bootstrapServers, 8, { results: 8, status: 5 });
      await loadInputs(broker, topics, new Random(7), { sections, rows, seatsPerRow: 20, requests: count });
      const observed: Observed[] = [];
      const start = async (): Promise<SectionStatusCache> => {
        const client = { 'bootstrap.servers': broker.bootstrapServers };
        const cache = await SectionStatusCache.connect({ client, topic: topics.status, payload });
        observed.push(observe(cache));
        return cache;
      };
      try {
        await start();
        const settings = { status: { payload, emit: 'every' }, batch: { maxMessages: Math.ceil(count / 40) } };
        const daemon = startDaemon(writeConfiguration(broker.bootstrapServers, topics, settings).file);
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

        const counts = await countsOfImages(broker, topics);
        assert.equal(counts.size, sections);
        const after = await start();
        await after.ready();
        assertEqual(after, counts, 'the one that was started afterwards');
        for (const [index, { cache }] of observed.entries()) {
          await until(
            () => cache.statistics().lagRecords === 0,
            () => cache.statistics(),
          );
          assertEqual(cache, counts, `cache ${index}`);
        }
        // Inits come first, and requests only take seats: no count was ever told after a lower one.
        assert.deepEqual(
          observed.map(({ wentUp }) => wentUp),
          observed.map(() => 0),
        );
      } finally {
        await Promise.all(observed.map(({ cache }) => cache.close()));
      }
    });
  }
});

function observe(cache: SectionStatusCache): Observed {
  const observed = { cache, wentUp: 0 };
  const last = new Map<string, number>();
  cache.on('update', (update) => {
    const key = `${update.eventId}-${update.section}`;
    const availableCount = update.kind === 'counted' ? update.availableCount : Number.POSITIVE_INFINITY;
    if (availableCount > (last.get(key) ?? Number.POSITIVE_INFINITY)) observed.wentUp += 1;
    last.set(key, availableCount);
  });
  return observed;
}

/** The seats that are left by the images of the changelog: what the daemon itself goes by. */
async function countsOfImages(broker: Broker, topics: Topics): Promise<Map<string, number>> {
  const images = (await readTopic(broker.bootstrapServers, topics.changelog)).flat();
  return new Map(images.map(({ key, value }) => [String(key), readImage(key as Buffer, value as Buffer).available]));
}

function assertEqual(cache: SectionStatusCache, counts: ReadonlyMap<string, number>, what: string): void {
  const known = [1, 2, 3, 4].flatMap((event) => cache.sections(event));
  const told = new Map(known.map(({ eventId, section, availableCount }) => [`${eventId}-${section}`, availableCount]));
  assert.deepEqual(new Map([...told].sort()), new Map([...counts].sort()), what);
  assert.equal(cache.statistics().undecodable, 0, what);
}
