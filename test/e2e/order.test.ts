import assert from 'node:assert/strict';
import { type Broker, brokerOrSkip } from '../support/broker.js';
import { type Settings, writeConfiguration } from '../support/configuration.js';
import { killDaemons, startDaemon } from '../support/daemon.js';
import { pause } from '../support/kafka-client.js';
import { initRecord, loadStartMs, makeInits, makeRequests, requestRecords } from '../support/load.js';
import { produceAll } from '../support/produce.js';
import { untilConsumed } from '../support/progress.js';
import { Random } from '../support/random.js';
import { readTopic } from '../support/read.js';
import { createAllTopics } from '../support/topics.js';
import { verify } from '../support/verify.js';
import { describeForEachIo } from './io.js';
import { drain, expectedOf, runOnce } from './run.js';

describeForEachIo('the order of the two inputs', (io) => {
  let broker: Broker;
  before(async function () {
    broker = await brokerOrSkip(this);
  });
  afterEach(killDaemons);

  /** Requests of which none may be answered before the inits, which lie behind them in time of arrival, are there. */
  async function backlogIsAnsweredInOrder(batch: Settings): Promise<void> {
    const random = new Random(3);
    const topics = await createAllTopics(broker.bootstrapServers, 8, { results: 5, status: 3 });
    const sections = makeInits(random, { sections: 60, rows: 10, seatsPerRow: 20 });
    const requests = makeRequests(random, sections, {
      ...{ count: io === 'packed' ? 40_000 : 15_000, maxSeats: 6, label: 'request' },
    });
    const startMs = loadStartMs + 60_000;
    const anew = sections.filter((_, index) => index % 3 === 0).map((init) => ({ ...init, rows: init.rows + 1 }));
    // The requests lie in the log before any init, whose timestamps alone say when each takes effect.
    await produceAll(broker.bootstrapServers, requestRecords(topics, requests, { startMs, random, jitterMs: 20 }));
    await produceAll(broker.bootstrapServers, [
      ...sections.map((init) => initRecord(topics, init, loadStartMs)),
      ...anew.map((init) => initRecord(topics, init, startMs + requests.length / 2 + random.whole(-50, 50))),
    ]);
    await runOnce(broker, topics, { io, status: { emit: 'every' }, batch });
    await verify(broker.bootstrapServers, topics, await expectedOf(broker, topics), { emit: 'every' });
  }

  it('a backlog gives the answers of a live run: inits first, and sections set up anew between two halves', () =>
    backlogIsAnsweredInOrder({ maxMessages: 3_000 }));

  it('so it does when the merge may hold back next to nothing and pauses the side that is ahead', () =>
    backlogIsAnsweredInOrder({ maxMessages: 500, maxHeldBackMessages: 20, inFlight: 1 }));

  it('live: requests made after the status of their init is seen are answered by it', async () => {
    const random = new Random(4);
    const topics = await createAllTopics(broker.bootstrapServers, 6, { results: 4, status: 9 });
    const daemon = startDaemon(writeConfiguration(broker.bootstrapServers, topics, { io }).file);
    await daemon.waitFor('ready');
    const sections = makeInits(random, { sections: 30, rows: 5, seatsPerRow: 20 });
    await produceAll(
      broker.bootstrapServers,
      sections.map((init) => initRecord(topics, init, Date.now())),
    );
    while ((await readTopic(broker.bootstrapServers, topics.status)).flat().length < sections.length) await pause(50);
    for (const label of ['first', 'second', 'third']) {
      const requests = makeRequests(random, sections, { count: 400, maxSeats: 5, label });
      const startMs = Date.now();
      await produceAll(broker.bootstrapServers, requestRecords(topics, requests, { startMs, random, jitterMs: 0 }));
    }
    await untilConsumed(broker.bootstrapServers, topics, daemon);
    await drain(daemon);
    const expected = await expectedOf(broker, topics);
    assert.equal(expected.answers.size, 1_200);
    await verify(broker.bootstrapServers, topics, expected);
  });
});
