import assert from 'node:assert/strict';
import {
  bareCodec,
  OutcomeUnknownError,
  ReservationClient,
  type ReservationResult,
  SectionStatusCache,
} from '../../src/client/index.js';
import { type Broker, brokerOrSkip } from '../support/broker.js';
import { writeConfiguration } from '../support/configuration.js';
import { killDaemons, startDaemon } from '../support/daemon.js';
import { until } from '../support/status-topic.js';
import { createAllTopics } from '../support/topics.js';
import { drain } from './run.js';

describe('a ReservationClient and a running daemon', () => {
  let broker: Broker;
  before(async function () {
    broker = await brokerOrSkip(this);
  });
  afterEach(killDaemons);

  it('brings each committed answer to who asked, many at a time, and looks up those that came too late', async () => {
    const topics = await createAllTopics(broker.bootstrapServers, 4, { results: 5, status: 3 });
    const client = { 'bootstrap.servers': broker.bootstrapServers };
    const reservations = await ReservationClient.connect({ client, topics, timeoutMs: 30_000 });
    const cache = await SectionStatusCache.connect({ client, topic: topics.status });
    const big = 2n ** 62n;
    try {
      await reservations.init({ eventId: big, section: 'A-1', rows: 10, seatsPerRow: 100, initialReserved: ['A-1-1'] });
      await reservations.init({ eventId: 7, section: 'B', rows: 1, seatsPerRow: 10 });

      const encodeRequest = () => Promise.reject(new Error('the registry is away'));
      const unable = await ReservationClient.connect({ client, topics, codec: { ...bareCodec, encodeRequest } });
      const unsent = await unable.reserve({ eventId: 7, section: 'B', seatCount: 1, userId: 'bob' }).catch(String);
      assert.match(String(unsent), /^NotWrittenError: The request was not sent: the registry is away/);
      await unable.close();

      // Nobody answers yet.
      const wanted = { eventId: 7, section: 'B', seatCount: 4, userId: 'anna' };
      const late = await reservations.reserve(wanted, { timeoutMs: 300 }).catch((error: unknown) => error);
      assert.ok(late instanceof OutcomeUnknownError);
      const since = { sinceMs: late.sentMs };
      assert.equal(await reservations.outcome(late.reservationId, since), undefined);
      assert.equal(reservations.inFlight, 0);

      const daemon = startDaemon(writeConfiguration(broker.bootstrapServers, topics).file);
      await daemon.waitFor('ready');
      const answers = await Promise.all(
        Array.from({ length: 500 }, (_, index) =>
          reservations.reserve({ eventId: big, section: 'A-1', seatCount: 1 + (index % 3), userId: `user-${index}` }),
        ),
      );
      assertFair(answers);
      const sold = answers.reduce((sum, { allocatedSeats }) => sum + allocatedSeats.length, 0);
      await until(
        () => cache.get(big, 'A-1')?.availableCount === 999 - sold,
        () => [sold, cache.get(big, 'A-1'), cache.statistics()],
      );
      assert.equal(cache.hasEnoughSeats(big, 'A-1', 1_000 - sold), false);

      const rejected = await reservations.reserve({ ...wanted, seatCount: 7 });
      assert.deepEqual([rejected.status, rejected.allocatedSeats], ['REJECTED', []]);
      const found = await reservations.outcome(late.reservationId, since);
      assert.deepEqual(
        [found?.status, found?.userId, found?.allocatedSeats],
        ['CONFIRMED', 'anna', ['B-1', 'B-2', 'B-3', 'B-4']],
      );
      assert.deepEqual(await reservations.outcome(rejected.reservationId), rejected);
      assert.equal(await reservations.outcome('never asked for'), undefined);
      await drain(daemon);
    } finally {
      await Promise.all([reservations.close(), cache.close()]);
    }
    await assert.rejects(reservations.reserve({ eventId: 1, section: 'A', seatCount: 1, userId: 'u' }), /closed/);
  });
});

/** Each answer is for who asked, and no seat was given to two. */
function assertFair(answers: readonly ReservationResult[]): void {
  const seats = answers.flatMap(({ allocatedSeats }) => allocatedSeats);
  assert.equal(new Set(seats).size, seats.length);
  for (const [index, { userId, seatCount, status, allocatedSeats }] of answers.entries()) {
    assert.deepEqual([userId, seatCount], [`user-${index}`, 1 + (index % 3)]);
    assert.equal(allocatedSeats.length, status === 'CONFIRMED' ? seatCount : 0);
  }
}
