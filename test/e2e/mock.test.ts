import { type Settings, writeConfiguration } from '../support/configuration.js';
import { killDaemons, startDaemon } from '../support/daemon.js';
import { pause } from '../support/kafka-client.js';
import { initRecord, makeInits, makeRequests, requestRecords } from '../support/load.js';
import { type MockCluster, startMockCluster } from '../support/mock-cluster.js';
import { produceAll } from '../support/produce.js';
import { Random } from '../support/random.js';
import { readTopic } from '../support/read.js';
import { nameInputs, nameOutputs, type Topics } from '../support/topics.js';
import { verify } from '../support/verify.js';
import { describeForEachIo } from './io.js';
import { drain, expectedOf } from './run.js';

describeForEachIo("main job, consumed while it is produced, on librdkafka's mock cluster", (io) => {
  let cluster: MockCluster;
  before(async () => {
    cluster = await startMockCluster();
  });
  after(() => cluster.stop());
  afterEach(killDaemons);

  for (const guarantee of ['exactly_once', 'at_least_once'] as const) {
    const both = ['latest', 'every'] as const;
    for (const emit of io === 'packed' ? both : [both[guarantee === 'exactly_once' ? 0 : 1]]) {
      it(`[mock] answers equal the model's: ${guarantee}, ${emit}`, () =>
        run({ io, guarantee, status: { emit } }, emit));
    }
  }

  async function run(settings: Settings, emit: 'latest' | 'every'): Promise<void> {
    const topics: Topics = { ...nameInputs(), ...nameOutputs() };
    const { init, requests, results, status, changelog, deadLetters } = topics;
    await cluster.createTopics([init, requests, results, status, changelog, deadLetters]);
    const daemon = startDaemon(writeConfiguration(cluster.bootstrapServers, topics, settings).file);
    await daemon.waitFor('ready');

    const random = new Random(9);
    const sections = makeInits(random, { sections: 24, rows: 10, seatsPerRow: 20 });
    await produceAll(
      cluster.bootstrapServers,
      sections.map((init) => initRecord(topics, init, Date.now())),
    );
    await untilRecords(topics.status, sections.length);
    for (const label of ['a', 'b', 'c', 'd', 'e']) {
      const asked = makeRequests(random, sections, { count: 1_000, maxSeats: 4, label });
      const startMs = Date.now();
      await produceAll(cluster.bootstrapServers, requestRecords(topics, asked, { startMs, random, jitterMs: 0 }));
    }
    await untilRecords(topics.results, 5_000);
    await drain(daemon);
    await verify(cluster.bootstrapServers, topics, await expectedOf(cluster, topics), { emit });
  }

  /** A mock cluster keeps no offsets of a transaction, so what came out tells how far the daemon is. */
  async function untilRecords(topic: string, count: number): Promise<void> {
    while ((await readTopic(cluster.bootstrapServers, topic)).flat().length < count) await pause(50);
  }
});
