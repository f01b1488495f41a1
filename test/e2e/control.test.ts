import assert from 'node:assert/strict';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { ControlClient } from '../../src/control/client.js';
import type { Snapshot } from '../../src/control/snapshot.js';
import { type Broker, brokerOrSkip } from '../support/broker.js';
import { type Settings, writeConfiguration } from '../support/configuration.js';
import { Daemon, killDaemons, startDaemon } from '../support/daemon.js';
import { pause } from '../support/kafka-client.js';
import { makeRequests, requestRecords } from '../support/load.js';
import { produceAll } from '../support/produce.js';
import { untilConsumed, watchProgress } from '../support/progress.js';
import { Random } from '../support/random.js';
import { highWatermarks, readTopic, type TopicRecords } from '../support/read.js';
import { createAllTopics, createTopics, deleteTopic, type Topics } from '../support/topics.js';
import { verifyAnswers } from '../support/verify.js';
import { sectionKey, statusCodec } from '../support/wire.js';
import { drain, expectedOf, loadInputs, requestsStartMs } from './run.js';

const partitions = 8;
const sections = 60;
const requests = 6_000;

/** The statuses of a topic: every count of a section, in order, by its key. */
function countsOf(records: TopicRecords): Map<string, number[]> {
  const counts = new Map<string, number[]>();
  for (const { value } of records.flat()) {
    const status = statusCodec.decode(value ?? Buffer.alloc(0));
    const key = sectionKey(status);
    counts.set(key, [...(counts.get(key) ?? []), status.availableCount]);
  }
  return counts;
}

const lastOf = (counts: ReadonlyMap<string, readonly number[]>): [string, number | undefined][] =>
  [...counts].map(([key, all]): [string, number | undefined] => [key, all.at(-1)]).sort();

describe('a running daemon under control, on a real Kafka', () => {
  let broker: Broker;
  before(async function () {
    broker = await brokerOrSkip(this);
  });
  afterEach(killDaemons);

  /** What has come out, and what of the input is committed. */
  async function outcome(topics: Topics, daemon: Daemon): Promise<unknown> {
    const { bootstrapServers } = broker;
    const { done } = await watchProgress(bootstrapServers, topics, { daemon, enough: () => true });
    const { results, status, changelog } = topics;
    const ends = [results, status, changelog].map((topic) => highWatermarks(bootstrapServers, topic));
    return { done, ends: await Promise.all(ends) };
  }

  /** Another instance comes, takes half of the partitions, answers what there is for them, and goes. */
  async function visited(daemon: Daemon, topics: Topics, settings: Settings): Promise<void> {
    const { file, stateDirectory } = writeConfiguration(broker.bootstrapServers, topics, {
      ...settings,
      instance: 'two',
    });
    const visitor = startDaemon(file);
    await visitor.waitFor('ready', (line) => Number(line.partitions) === partitions / 2);
    const client = await ControlClient.connect(join(stateDirectory, `${topics.application}-two.sock`));
    while ((await client.status()).lag?.total !== 0) await pause(100);
    client.close();
    const rounds = daemon.events('ready').length;
    await drain(visitor);
    await daemon.waitFor('ready', () => daemon.events('ready').length > rounds);
  }

  const variants = [
    { guarantee: 'exactly_once', group: { protocol: 'classic' } },
    { guarantee: 'at_least_once', group: { protocol: 'consumer' } },
  ] as const;
  for (const variant of variants) {
    const { guarantee, group } = variant;
    it(`pauses under load and through rebalances, takes up a status topic with other partitions, republishes, and answers once: ${guarantee}, ${group.protocol}`, async () => {
      const { bootstrapServers } = broker;
      const topics = await createAllTopics(bootstrapServers, partitions);
      const random = new Random(11);
      const inits = await loadInputs(broker, topics, random, { sections, rows: 20, seatsPerRow: 30, requests });
      const settings = { ...variant, batch: { maxMessages: 100 } };
      const { file, stateDirectory } = writeConfiguration(bootstrapServers, topics, settings);
      const daemon = startDaemon(file);
      const enough = ({ done }: { done: number }): boolean => done > requests / 10;
      await watchProgress(bootstrapServers, topics, { daemon, enough });
      const path = join(stateDirectory, `${topics.application}-one.sock`);
      assert.equal(statSync(path).mode & 0o777, 0o600);
      const client = await ControlClient.connect(path);

      await client.pause();
      const before = await outcome(topics, daemon);
      const more = makeRequests(random, inits, { count: 500, maxSeats: 4, label: 'later' });
      const startMs = requestsStartMs + 10 * requests;
      await produceAll(bootstrapServers, requestRecords(topics, more, { startMs, random, jitterMs: 0 }));
      const { time: pausedMs } = daemon.events('paused')[0] ?? {};
      await daemon.waitFor('metrics', ({ time }) => Number(time) > Number(pausedMs) + 1_000);
      assert.deepEqual(await outcome(topics, daemon), before);
      const paused = await client.status();
      assert.deepEqual(
        [paused.lifeCycle.state, paused.batchesInFlight, paused.partitions.length],
        ['paused', 0, partitions],
      );
      assert.ok((paused.lag?.total ?? 0) >= more.length, 'what came since is the lag');

      await visited(daemon, topics, settings);
      const still = await client.status();
      assert.deepEqual([still.lifeCycle.state, still.partitions.length], ['paused', partitions]);
      assert.ok((still.lag?.total ?? 0) > 0, 'partitions that were never away are not read');

      const known = lastOf(countsOf(await readTopic(bootstrapServers, topics.status)));
      await deleteTopic(bootstrapServers, topics.status);
      await assert.rejects(client.resume(), { exitCode: 78, message: /does not exist.*section-status/ });
      assert.equal((await client.status()).lifeCycle.state, 'paused');
      await createTopics(bootstrapServers, [{ topic: topics.status, partitions: 5, compacted: true }]);
      const republished = await client.republish();
      assert.deepEqual(republished, { partitions, sections: known.length, omitted: 0, revoked: 0 });
      const anew = await readTopic(bootstrapServers, topics.status);
      assert.equal(anew.length, 5);
      assert.deepEqual(lastOf(countsOf(anew)), known);

      await client.resume();
      await untilConsumed(bootstrapServers, topics, daemon);
      const place = countsOf(await readTopic(bootstrapServers, topics.status));
      await client.republish();
      const expected = await expectedOf(broker, topics);
      assert.equal(expected.answers.size, requests + more.length);
      verifyAnswers(await readTopic(bootstrapServers, topics.results), expected.answers, 'none');
      const counts = countsOf(await readTopic(bootstrapServers, topics.status));
      const model = [...expected.statuses].map(([key, all]) => [key, all.at(-1)?.availableCount]).sort();
      assert.deepEqual(lastOf(counts), model);
      for (const [key, all] of counts) assert.equal(all.length, (place.get(key)?.length ?? 0) + 1, `${key} once more`);

      client.close();
      await drain(daemon);
      assert.ok(!existsSync(path));
      assert.equal(daemon.events('aborted').length, 0, daemon.tail());
    });
  }

  it('is asked by the verbs, and reloads its configuration at SIGHUP', async () => {
    const { bootstrapServers } = broker;
    const topics = await createAllTopics(bootstrapServers, 2);
    const { file } = writeConfiguration(bootstrapServers, topics);
    const verb = async (...words: string[]): Promise<{ code: number | null; text: string; lines: unknown[] }> => {
      const asked = new Daemon([...words, '-c', file]);
      const { code } = await asked.exited;
      return { code, text: asked.text.join('\n'), lines: asked.lines };
    };
    const absent = await verb('status');
    assert.equal(absent.code, 69);
    assert.match(absent.text, /^no daemon is running at \/.*-one\.sock$/);

    const daemon = startDaemon(file);
    await daemon.waitFor('ready');
    const { lines } = await verb('status', '--json');
    const snapshot = lines[0] as Snapshot;
    assert.deepEqual(
      [snapshot.lifeCycle.state, snapshot.pid, snapshot.lag, snapshot.configuration.version],
      ['running', daemon.pid, { total: 0, max: 0 }, 1],
    );
    assert.match((await verb('status')).text, /^state +running since/m);
    assert.deepEqual(await verb('log-level', 'warn'), { code: 0, text: 'warn (it was info)', lines: [] });
    await verb('log-level', 'info');
    assert.match((await verb('pause')).text, /nothing is in flight/);
    assert.match((await verb('resume')).text, /resumed/);

    const good = parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
    const changed = { ...good, metrics: { intervalMs: 300 }, status: { emit: 'every' }, workers: { threads: 3 } };
    writeFileSync(file, stringify(changed));
    daemon.reload();
    const reloaded = await daemon.waitFor('reloaded');
    assert.deepEqual(reloaded.needsRestart, ['workers.threads']);
    assert.deepEqual(Object.keys(reloaded.changed as object).sort(), ['metrics.intervalMs', 'status.emit']);
    writeFileSync(file, stringify({ ...good, metrics: { intervalMs: 'often' }, batch: { inFlight: 99 } }));
    daemon.reload();
    const refused = await daemon.waitFor('reloadRefused');
    assert.equal((refused.mistakes as string[]).length, 2);
    writeFileSync(file, stringify(good));
    const after = (await verb('status', '--json')).lines[0] as Snapshot;
    assert.deepEqual([after.configuration.version, after.lastError?.event], [2, 'reloadRefused']);
    await drain(daemon);
  });
});
