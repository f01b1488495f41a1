import assert from 'node:assert/strict';
import { type Broker, brokerOrSkip } from '../support/broker.js';
import { writeConfiguration } from '../support/configuration.js';
import { type Daemon, killDaemons, startDaemon } from '../support/daemon.js';
import { pause } from '../support/kafka-client.js';
import { initRecord, loadStartMs, makeInits, makeRequests, requestRecords } from '../support/load.js';
import { produceAll } from '../support/produce.js';
import { untilConsumed } from '../support/progress.js';
import { Random } from '../support/random.js';
import { createAllTopics, type Topics } from '../support/topics.js';
import { verify } from '../support/verify.js';
import type { Init } from '../support/wire.js';
import { describeForEachIo } from './io.js';
import { drain, expectedOf } from './run.js';

const partitions = 8;

describeForEachIo('rebalance', (io) => {
  let broker: Broker;
  before(async function () {
    broker = await brokerOrSkip(this);
  });
  afterEach(killDaemons);

  /** A paced load that goes on until it is told to end. */
  function load(topics: Topics, sections: Init[]): { end(): Promise<number> } {
    const random = new Random(7);
    let going = true;
    const loading = (async () => {
      let round = 0;
      for (; going; round++) {
        const requests = makeRequests(random, sections, { count: 500, maxSeats: 4, label: `round-${round}` });
        const startMs = loadStartMs + 60_000 + round * 1_000;
        await produceAll(broker.bootstrapServers, requestRecords(topics, requests, { startMs, random, jitterMs: 20 }));
        await pause(50);
      }
      return round * 500;
    })();
    return {
      end: () => {
        going = false;
        return loading;
      },
    };
  }

  /** Resolves when the daemon has restored `count` distinct partitions in lines after the first `after` ones. */
  async function restored(daemon: Daemon, count: number, after = 0): Promise<void> {
    const owned = () =>
      new Set(
        daemon
          .events('restored')
          .slice(after)
          .map(({ partition }) => partition),
      );
    await daemon.waitFor('restored', () => owned().size >= count);
  }

  for (const guarantee of ['exactly_once', 'at_least_once'] as const) {
    it(`two instances that join and leave one after another under load answer as one: ${guarantee}`, async () => {
      const topics = await createAllTopics(broker.bootstrapServers, partitions);
      const sections = makeInits(new Random(8), { sections: 48, rows: 20, seatsPerRow: 50 });
      await produceAll(
        broker.bootstrapServers,
        sections.map((init) => initRecord(topics, init, loadStartMs)),
      );
      const configured = (instance: string) =>
        writeConfiguration(broker.bootstrapServers, topics, { io, instance, guarantee }).file;
      const one = configured('one');
      const two = configured('two');

      const first = startDaemon(one);
      await restored(first, partitions);
      const loading = load(topics, sections);
      const second = startDaemon(two);
      await restored(second, partitions / 2);
      const before = second.events('restored').length;
      await drain(first);
      await restored(second, partitions, before);
      const again = startDaemon(one);
      await restored(again, partitions / 2);
      await drain(second);
      await restored(again, partitions);
      const count = await loading.end();
      await untilConsumed(broker.bootstrapServers, topics, again);
      await drain(again);

      const expected = await expectedOf(broker, topics);
      assert.equal(expected.answers.size, count);
      await verify(broker.bootstrapServers, topics, expected);
    });
  }
});
