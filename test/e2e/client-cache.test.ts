import assert from 'node:assert/strict';
import {
  NotWrittenError,
  OutcomeUnknownError,
  ReservationClient,
  SectionStatusCache,
  type SectionUpdate,
  TooManyInFlightError,
} from '../../src/client/index.js';
import { type Broker, brokerOrSkip, kafkaOrSkip, startBroker } from '../support/broker.js';
import { pause } from '../support/kafka-client.js';
import { readTopic } from '../support/read.js';
import { StatusTopic, until } from '../support/status-topic.js';
import { createAllTopics } from '../support/topics.js';
import { requestCodec } from '../support/wire.js';

describe('a SectionStatusCache on a real Kafka', () => {
  let broker: Broker;
  before(async function () {
    broker = await brokerOrSkip(this);
  });

  const open: SectionStatusCache[] = [];
  afterEach(() => Promise.all(open.splice(0).map((cache) => cache.close())));

  async function connect({ bootstrapServers, topic }: StatusTopic, carryOverMs = 300_000): Promise<SectionStatusCache> {
    const client = { 'bootstrap.servers': bootstrapServers, 'topic.metadata.refresh.interval.ms': 500 };
    const cache = await SectionStatusCache.connect({ client, topic, carryOverMs });
    open.push(cache);
    return cache;
  }

  const countsOf = (cache: SectionStatusCache): Record<string, number> =>
    Object.fromEntries(
      cache
        .sections(1)
        .map(({ section, availableCount }): [string, number] => [section, availableCount])
        .sort(),
    );

  const untilCounts = (cache: SectionStatusCache, counts: Record<string, number>): Promise<void> =>
    until(
      () => JSON.stringify(countsOf(cache)) === JSON.stringify(counts),
      () => [countsOf(cache), cache.statistics()],
    );

  it('says that there is no such topic, with exit code 78', async () => {
    const client = { 'bootstrap.servers': broker.bootstrapServers };
    await assert.rejects(SectionStatusCache.connect({ client, topic: 'no-such-topic' }), {
      exitCode: 78,
      message: /There is no topic no-such-topic/,
    });
  });

  it('is ready with what was committed before, behind open transactions, and never sees what was aborted', async () => {
    const status = await StatusTopic.create(broker.bootstrapServers, 3);
    await status.write([
      { section: 'A', availableCount: 9 },
      { section: 'B', availableCount: 9 },
      { section: 'C', availableCount: 9 },
    ]);
    await status.writeInTransaction([{ section: 'B', availableCount: 1 }], 'abort');
    const updates: SectionUpdate[] = [];
    let cache: SectionStatusCache | undefined;
    let isReady = false;
    await status.writeInTransaction([{ section: 'A', availableCount: 8 }], 'commit', async () => {
      cache = await connect(status);
      cache.on('update', (update) => updates.push(update));
      void cache.ready().then(() => {
        isReady = true;
      });
      // Long enough to read everything twice.
      await pause(500);
      assert.equal(isReady, false);
    });
    assert.ok(cache);
    await cache.ready();
    assert.deepEqual(countsOf(cache), { A: 8, B: 9, C: 9 });
    const { statistics } = cache;
    // The marker of the transaction is an offset, too.
    await until(() => cache?.statistics().lagRecords === 0, statistics.bind(cache));

    await status.writeInTransaction([{ section: 'A', availableCount: 2 }], 'abort');
    await status.writeInTransaction([{ section: 'A', availableCount: 7 }, { section: 'C' }], 'commit');
    await untilCounts(cache, { A: 7, B: 9 });
    assert.deepEqual(
      updates
        .map((update) => (update.kind === 'counted' ? [update.section, update.availableCount] : [update.section]))
        .sort(),
      [['A', 7], ['C']],
    );
  });

  it('follows a topic that was deleted and made anew, twice, and partitions that were added', async () => {
    const status = await StatusTopic.create(broker.bootstrapServers, 4);
    await status.write([
      { section: 'A', availableCount: 9, timestampMs: 9_000 },
      { section: 'B', availableCount: 9, timestampMs: 9_000 },
    ]);
    const cache = await connect(status, 1_000);
    await cache.ready();

    await status.delete();
    assert.deepEqual(countsOf(cache), { A: 9, B: 9 });
    await status.createAgain(7);
    // More records than the old topic had, so that an old offset lies within the new log.
    const counts = Array.from({ length: 20 }, (_, index) => 40 - index);
    await status.write(counts.map((availableCount, index) => ({ section: 'A', availableCount, timestampMs: index })));
    // What the new topic does not tell of is served for a second more.
    await untilCounts(cache, { A: 21 });
    assert.equal(cache.statistics().loads, 2);

    await status.delete();
    await status.createAgain(2);
    await untilCounts(cache, {});
    await status.write([{ section: 'C', availableCount: 3, timestampMs: 1_000 }]);
    await untilCounts(cache, { C: 3 });

    await status.addPartitions(5);
    await status.write([
      { section: 'D', availableCount: 4, partition: 4 },
      { section: 'C', availableCount: 2, timestampMs: 2_000, partition: 3 },
    ]);
    await untilCounts(cache, { C: 2, D: 4 });
  });
});

describe('clients whose broker is away', () => {
  let broker: Broker | undefined;
  before(async function () {
    await kafkaOrSkip(this);
    broker = await startBroker();
  });
  after(() => broker?.stop());

  it('go on when it is back; a request without an answer is written once at most', async () => {
    assert.ok(broker);
    const { bootstrapServers } = broker;
    const client = { 'bootstrap.servers': bootstrapServers };
    const status = await StatusTopic.create(bootstrapServers, 2);
    const topics = await createAllTopics(bootstrapServers, 2);
    const cache = await SectionStatusCache.connect({ client, topic: status.topic });
    const reservations = await ReservationClient.connect({ client, topics, inFlightLimit: 30 });
    const wanted = { eventId: 1, section: 'A', seatCount: 1, userId: 'anna' };
    try {
      await status.write([{ section: 'A', availableCount: 9 }]);
      await until(
        () => cache.get(1, 'A')?.availableCount === 9,
        () => cache.statistics(),
      );
      broker.suspend();
      const sent = Array.from({ length: 30 }, (_, index) =>
        reservations.reserve(wanted, { reservationId: `r${index}`, timeoutMs: 1_000 + 20 * index }),
      );
      await assert.rejects(reservations.reserve(wanted), TooManyInFlightError);
      const outcomes = await Promise.allSettled(sent);
      for (const [index, outcome] of outcomes.entries()) {
        assert.ok(outcome.status === 'rejected' && outcome.reason instanceof OutcomeUnknownError);
        assert.equal(outcome.reason.reservationId, `r${index}`);
      }
      broker.continue();
      await broker.kill();
      await broker.start();
      await status.write([{ section: 'A', availableCount: 8 }]);
      await until(
        () => cache.get(1, 'A')?.availableCount === 8,
        () => cache.statistics(),
      );
      // No daemon answers. Until the client has found the broker again it says that it sent nothing.
      const last = (attempt: number): Promise<unknown> =>
        reservations
          .reserve(wanted, { reservationId: `last-${attempt}`, timeoutMs: 500 })
          .catch((error: unknown) => error);
      let attempts = 1;
      while ((await last(attempts)) instanceof NotWrittenError) attempts += 1;
      const written = (await readTopic(bootstrapServers, topics.requests)).flat();
      const ids = written.map(({ value }) => requestCodec.decode(value as Buffer).reservationId);
      assert.deepEqual(ids, [...new Set(ids)]);
      assert.deepEqual(
        ids.filter((id) => id.startsWith('last')),
        [`last-${attempts}`],
      );
    } finally {
      await Promise.all([cache.close(), reservations.close()]);
    }
  });
});
