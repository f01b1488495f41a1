import assert from 'node:assert/strict';
import { type Broker, brokerOrSkip } from '../support/broker.js';
import { writeConfiguration } from '../support/configuration.js';
import { type Daemon, killDaemons, type LogLine, startDaemon } from '../support/daemon.js';
import { oneRequestEach, requestRecord } from '../support/load.js';
import { produceAll } from '../support/produce.js';
import { untilConsumed } from '../support/progress.js';
import { Random } from '../support/random.js';
import { readTopic } from '../support/read.js';
import { createAllTopics, type Topics } from '../support/topics.js';
import { verify } from '../support/verify.js';
import type { Init } from '../support/wire.js';
import { describeForEachIo } from './io.js';
import { drain, expectedOf, loadInputs, requestsStartMs } from './run.js';

const partitions = 8;
const requests = 6_000;
/** Longer than a standby needs to notice that the changelog went on. */
const noticedMs = 3_000;

describeForEachIo('standby', (io, itOnce) => {
  let broker: Broker;
  let topics: Topics;
  let sections: Init[];
  before(async function () {
    broker = await brokerOrSkip(this);
  });
  beforeEach(async () => {
    topics = await createAllTopics(broker.bootstrapServers, partitions);
    sections = await loadInputs(broker, topics, new Random(9), { sections: 80, rows: 20, seatsPerRow: 30, requests });
  });
  afterEach(killDaemons);

  const start = (instance: string, standby: 'none' | 'all'): Daemon =>
    startDaemon(
      writeConfiguration(broker.bootstrapServers, topics, {
        ...{ io, instance, state: { standby } },
        // Small batches, so that there are many more images than sections.
        batch: { maxMessages: 100 },
      }).file,
    );

  /** Asks for a seat of every section, `round` by round later than everything before. */
  const askEverySection = (round: number): Promise<void> =>
    produceAll(
      broker.bootstrapServers,
      oneRequestEach(sections, `round-${round}`).map((request) =>
        requestRecord(topics, request, requestsStartMs + requests + round * 10_000),
      ),
    );

  /** Resolves when the daemon, given these partitions or more, is ready. */
  async function readyWith(daemon: Daemon, count: number): Promise<readonly number[]> {
    await daemon.waitFor('ready', (line) => line.partitions === count);
    return daemon.events('assigned').at(-1)?.partitions as number[];
  }

  /** Resolves when everything is answered and the other instance's partitions are followed to their ends. */
  async function level(standby: Daemon): Promise<void> {
    await untilConsumed(broker.bootstrapServers, topics, standby);
    const fromMs = Date.now() + noticedMs;
    const isLevel = ({ time, standbyPartitions, standbyLagRecords }: LogLine): boolean =>
      Number(time) > fromMs && standbyPartitions === partitions / 2 && standbyLagRecords === 0;
    await standby.waitFor('metrics', isLevel);
  }

  /** Kills one of two instances, and tells how many images the other read in order to take its partitions over. */
  async function takeOver(standby: 'none' | 'all'): Promise<{ imagesRead: number; history: number }> {
    const first = start('one', standby);
    await readyWith(first, partitions);
    await untilConsumed(broker.bootstrapServers, topics, first);
    const second = start('two', standby);
    await readyWith(second, partitions / 2);
    const lost = await readyWith(first, partitions / 2);
    await askEverySection(1);
    if (standby === 'all') await level(second);
    else await untilConsumed(broker.bootstrapServers, topics, second);
    const changelog = await readTopic(broker.bootstrapServers, topics.changelog);
    const before = second.events('restored').length;

    await askEverySection(2);
    assert.deepEqual(await first.kill(), { code: null, signal: 'SIGKILL' });
    await readyWith(second, partitions);
    await askEverySection(3);
    await untilConsumed(broker.bootstrapServers, topics, second);
    await drain(second);
    const expected = await expectedOf(broker, topics);
    assert.equal(expected.answers.size, requests + 3 * sections.length);
    await verify(broker.bootstrapServers, topics, expected);
    assert.deepEqual(second.events('standbyFailed'), []);
    const taken = second.events('restored').slice(before);
    const of = ({ partition }: LogLine): boolean => lost.includes(Number(partition));
    return {
      imagesRead: taken.filter(of).reduce((total, { imagesRead }) => total + Number(imagesRead), 0),
      history: lost.reduce((total, partition) => total + (changelog[partition]?.length ?? 0), 0),
    };
  }

  it('an instance that stood by takes over after kill -9 from the tail of the changelog', async () => {
    const { imagesRead, history } = await takeOver('all');
    assert.ok(history > 3 * sections.length, `the changelog had ${history} images`);
    assert.ok(imagesRead <= sections.length, `${imagesRead} of ${history} images were read again`);
  });

  itOnce('one that did not reads all of it', async () => {
    const { imagesRead, history } = await takeOver('none');
    assert.ok(imagesRead >= history, `${imagesRead} of ${history} images were read`);
  });
});
