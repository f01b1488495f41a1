import assert from 'node:assert/strict';
import { join } from 'node:path';
import { type Broker, brokerOrSkip } from '../support/broker.js';
import { Daemon, killDaemons } from '../support/daemon.js';
import type { Expected } from '../support/expected.js';
import { pause } from '../support/kafka-client.js';
import { readTopic } from '../support/read.js';
import { temporaryFolder } from '../support/temporary.js';
import { verify } from '../support/verify.js';
import { type Guarantee, guarantees, LoadedGroup } from './loaded-group.js';
import { drain, expectedOf } from './run.js';
import { WatchedCache } from './watched-cache.js';

/** Those of makeInits. */
const events = [1, 2, 3, 4];
const sections = 48;
const partitionsBefore = 32;
const partitionsAfter = 20;

describe('the migration from full maps to slim status, as docs/OPERATIONS.md has it', () => {
  let broker: Broker;
  const caches: WatchedCache[] = [];
  before(async function () {
    broker = await brokerOrSkip(this);
  });
  afterEach(async () => {
    await Promise.all(caches.splice(0).map((cache) => cache.close()));
    await killDaemons();
  });

  /** A verb of the built command line; resolves with its output once it has ended with 0. */
  async function seatmapd(...words: readonly string[]): Promise<{ text: string; json: Record<string, unknown>[] }> {
    const run = new Daemon(words);
    assert.deepEqual(
      await run.exited,
      { code: 0, signal: null },
      `seatmapd ${words.join(' ')}\n${run.text.join('\n')}`,
    );
    return { text: run.text.join('\n'), json: run.lines };
  }

  for (const guarantee of guarantees) {
    it(`goes on under load: no cache ever holds a count that was never true, and all agree at the end: ${guarantee}`, () =>
      migrate(guarantee));
  }

  async function migrate(guarantee: Guarantee): Promise<void> {
    const folder = temporaryFolder('rollout');
    const state = { directory: join(folder, 'state') };
    const group = await LoadedGroup.prepare(broker, { guarantee, state }, { results: 8, status: partitionsBefore });
    const { topics } = group;
    const connect = async (payload: 'count' | 'full'): Promise<WatchedCache> => {
      const cache = await WatchedCache.connect(broker.bootstrapServers, topics.status, payload, events);
      caches.push(cache);
      return cache;
    };

    const old = group.start('one', { status: { payload: 'full' } });
    await old.waitFor('ready');
    group.beginLoad();
    await group.moreLoad(1);
    const servers = [await connect('full'), await connect('full')];

    // 1 and 2: a backup; then each instance is restarted with status.payload: count.
    const configuration = group.configurationOf('one', { status: { payload: 'count' } });
    await seatmapd('state', 'backup', join(folder, 'backup'), '-c', configuration);
    await drain(old);
    const daemon = group.start('one', { status: { payload: 'count' } });
    await daemon.waitFor('ready');
    await group.moreLoad(1);
    // The topic holds both payloads now. A server of the new kind may start already.
    servers.push(await connect('count'));

    // 3: the topic is made anew.
    const settings = [
      '--partitions',
      `${partitionsAfter}`,
      '--replication',
      '1',
      '--topic-config',
      'min.insync.replicas=1',
    ];
    const recreated = await seatmapd('topics', 'recreate', topics.status, ...settings, '--yes', '-c', configuration);
    assert.match(recreated.text, new RegExp(`sent the counts of ${sections} sections`));

    // 4: the servers of the old kind are replaced, one at a time. Each new one knows every section at once.
    for (const server of servers.splice(0, 2)) {
      await server.close();
      const successor = await connect('count');
      assert.equal(successor.counts().size, sections);
      servers.push(successor);
    }
    await group.moreLoad(2);
    await group.endLoad(daemon);
    const expected = await expectedOf(broker, topics);
    const last = lastCounts(expected);
    for (const server of servers) await untilEqual(server, last);
    const listed = await seatmapd('state', 'list', '--json', '-c', configuration);
    assert.deepEqual(byKey(listed.json), sorted(last), "the caches hold the daemon's own counts");

    await drain(daemon);
    for (const event of ['aborted', 'kafkaError', 'fatal']) assert.deepEqual(daemon.events(event), [], daemon.tail());
    for (const cache of caches) assertOnceTrue(cache, expected);
    assert.equal((await readTopic(broker.bootstrapServers, topics.status)).length, partitionsAfter);
    await verify(broker.bootstrapServers, topics, expected);
  }
});

const lastCounts = ({ statuses }: Expected): Map<string, number> =>
  new Map([...statuses].map(([key, all]) => [key, all.at(-1)?.availableCount ?? -1]));

const sorted = (counts: ReadonlyMap<string, number>): [string, number][] =>
  [...counts].sort(([a], [b]) => (a < b ? -1 : 1));

const byKey = (listed: readonly Record<string, unknown>[]): [string, number][] =>
  sorted(new Map(listed.map(({ eventId, section, available }) => [`${eventId}-${section}`, Number(available)])));

async function untilEqual(server: WatchedCache, expected: ReadonlyMap<string, number>): Promise<void> {
  const deadlineMs = Date.now() + 30_000;
  const wanted = JSON.stringify(sorted(expected));
  while (JSON.stringify(sorted(server.counts())) !== wanted && Date.now() < deadlineMs) await pause(50);
  assert.deepEqual(sorted(server.counts()), sorted(expected));
}

/** Every count that the cache held is one that its section had, by the model, at some time. */
function assertOnceTrue({ held }: WatchedCache, { statuses }: Expected): void {
  assert.ok(held.size > 0);
  for (const [key, counts] of held) {
    const once = new Set((statuses.get(key) ?? []).map(({ availableCount }) => availableCount));
    const never = [...counts].filter((count) => !once.has(count));
    assert.deepEqual(never, [], `a cache held counts of ${key} that were never true`);
  }
}
