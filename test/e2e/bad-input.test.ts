import assert from 'node:assert/strict';
import { type Broker, brokerOrSkip } from '../support/broker.js';
import { writeConfiguration } from '../support/configuration.js';
import { killDaemons } from '../support/daemon.js';
import { loadStartMs } from '../support/load.js';
import { type NewRecord, produceAll } from '../support/produce.js';
import { readTopic } from '../support/read.js';
import { createAllTopics, type Topics } from '../support/topics.js';
import { verify } from '../support/verify.js';
import { type Init, initCodec, type Request, requestCodec, sectionKey } from '../support/wire.js';
import { describeForEachIo } from './io.js';
import { consumeAll, expectedOf } from './run.js';

const largestInt = 2 ** 31 - 1;
const partition = 0;
const garbage = Buffer.alloc(24, 0xff);

/** A record takes its key from its section, unless the two together would not fit the broker's limit. */
const keyOf = (value: { eventId: bigint; section: string }): string => sectionKey(value).slice(0, 2_000);

/** Records for one partition of the inputs, each a millisecond later than the one before. */
class Script {
  readonly records: NewRecord[] = [];

  constructor(private readonly topics: Topics) {}

  init(init: Partial<Init> & { section: string }): this {
    const command = { eventId: 1n, rows: 4, seatsPerRow: 10, initialReserved: [], ...init };
    return this.raw('init', initCodec.encode(command), keyOf(command));
  }

  request(reservationId: string, request: Partial<Request> & { section: string }, key?: string | null): this {
    const asked = { eventId: 1n, reservationId, seatCount: 2, userId: 'user', timestamp: 0n, ...request };
    return this.raw('requests', requestCodec.encode(asked), key === undefined ? keyOf(asked) : key);
  }

  raw(side: 'init' | 'requests', value: Buffer | null, key: string | null = 'a key'): this {
    const timestampMs = loadStartMs + this.records.length;
    const keyBytes = key === null ? null : Buffer.from(key);
    this.records.push({ topic: this.topics[side], key: keyBytes, value, timestampMs, partition });
    return this;
  }
}

describeForEachIo('bad input', (io, itOnce) => {
  let broker: Broker;
  let topics: Topics;
  let script: Script;
  before(async function () {
    broker = await brokerOrSkip(this);
  });
  beforeEach(async () => {
    topics = await createAllTopics(broker.bootstrapServers, 2);
    script = new Script(topics);
    script.init({ section: 'S' });
  });
  afterEach(killDaemons);

  /** The script is answered or buried as the model says, a normal request after it is answered, a restart finds nothing to do. */
  async function check(settings: { guarantee?: string; payload?: 'count' | 'full' } = {}): Promise<void> {
    const { guarantee = 'exactly_once', payload = 'count' } = settings;
    script.request('a normal request', { section: 'S' });
    await produceAll(broker.bootstrapServers, script.records);
    const configuration = writeConfiguration(broker.bootstrapServers, topics, { io, guarantee, status: { payload } });
    await consumeAll(broker, topics, configuration);
    await consumeAll(broker, topics, configuration);
    const expected = await expectedOf(broker, topics, { payload });
    assert.equal(expected.answers.get('a normal request')?.status, 'CONFIRMED');
    await verify(broker.bootstrapServers, topics, expected, { payload });
    await checkLetters();
  }

  /** A dead letter is the record as received; one too large for that keeps its size and the start of its key. */
  async function checkLetters(): Promise<void> {
    for (const letter of (await readTopic(broker.bootstrapServers, topics.deadLetters)).flat()) {
      const { topic, partition, offset, size, ...headers } = letter.headers;
      const name = `the dead letter of ${topic}[${partition}]@${offset}`;
      assert.ok(headers['error.code'], `${name} has an error.code`);
      const input = await readTopic(broker.bootstrapServers, topic as string);
      const received = input[Number(partition)]?.find((record) => record.offset === Number(offset));
      assert.ok(received, `${name} is of a record that exists`);
      if (size === undefined) {
        assert.deepEqual(letter.value, received.value, `${name} has the value received`);
        assert.deepEqual(letter.key, received.key, `${name} has the key received`);
      } else {
        assert.equal(letter.value, null, `${name} is too large for a value`);
        const key = received.key ?? Buffer.alloc(0);
        assert.equal(Number(size), key.length + (received.value?.length ?? 0), `${name} tells its size`);
        assert.ok(letter.key !== null && letter.key.length > 0, `${name} has a key`);
        assert.deepEqual(letter.key, key.subarray(0, letter.key.length), `${name} has the start of the key`);
      }
    }
  }

  for (const guarantee of ['exactly_once', 'at_least_once']) {
    it(`bytes that are no record: a dead letter each; null values are skipped: ${guarantee}`, async () => {
      const init = initCodec.encode({ eventId: 1n, section: 'T', rows: 1, seatsPerRow: 9, initialReserved: ['T-1'] });
      const request = requestCodec.encode({
        reservationId: 'never answered',
        eventId: 1n,
        section: 'S',
        seatCount: 1,
        userId: 'user',
        timestamp: 0n,
      });
      for (const [side, valid] of [
        ['init', init],
        ['requests', request],
      ] as const) {
        const cut = valid.subarray(0, valid.length - 1);
        const trailing = Buffer.concat([valid, Buffer.from([0])]);
        for (const value of [garbage, Buffer.alloc(0), null, cut, trailing]) script.raw(side, value);
        script.raw(side, garbage, null);
      }
      await check({ guarantee });
    });
  }

  itOnce('absurd numbers: an empty section, a rejection, or a dead letter over limits.seatsPerSection', async () => {
    script
      .init({ section: 'huge', rows: largestInt, seatsPerRow: largestInt })
      .init({ section: 'long', rows: 1, seatsPerRow: largestInt })
      .init({ section: 'over', rows: 1_001, seatsPerRow: 1_000 })
      .init({ section: 'largest', rows: 1_000, seatsPerRow: 1_000 })
      .init({ section: 'negative', rows: -5, seatsPerRow: 3 })
      .init({ section: 'both negative', rows: -largestInt - 1, seatsPerRow: -largestInt })
      .init({ section: 'none', rows: 0, seatsPerRow: largestInt })
      .init({ section: 'odd', initialReserved: ['odd-1', 'odd-1', 'odd-0', 'odd-99', 'odd--1', 'odd-01', '', 'é'] });
    for (const section of ['S', 'huge', 'over', 'largest', 'negative', 'both negative', 'none', 'odd', 'unknown']) {
      for (const seatCount of [1, 0, -1, -largestInt - 1, largestInt, 1_000, 1_001]) {
        script.request(`${section} ${seatCount}`, { section, seatCount });
      }
    }
    await check();
  });

  itOnce('event ids beyond 2^53 keep every digit', async () => {
    const ids = [2n ** 53n + 1n, -(2n ** 53n) - 1n, 2n ** 63n - 1n, -(2n ** 63n)];
    for (const eventId of ids) script.init({ eventId, section: 'far' });
    for (const eventId of ids) {
      const neighbour = eventId > 0n ? eventId - 1n : eventId + 1n;
      script.request(`known ${eventId}`, { eventId, section: 'far' });
      script.request(`unknown ${eventId}`, { eventId: neighbour, section: 'far' });
    }
    await check();
  });

  it("odd names and keys: the value alone tells the section, limits.sectionNameBytes is the longest one's", async () => {
    const longest = 'é'.repeat(256);
    script
      .init({ section: longest })
      .init({ section: `${longest}x` })
      .init({ section: '' })
      .init({ section: '2-S' });
    for (const section of [longest, `${longest}x`, '', '2-S', '-S', 'S\u0000']) {
      script.request(`asked for ${section.slice(0, 5)} ${section.length}`, { section });
    }
    script
      .request('another key', { section: 'S' }, '1-another')
      .request('no key', { section: 'S' }, null)
      .request('an empty key', { section: 'S' }, '')
      .request('', { section: 'S' });
    await check();
  });

  it('names, answers and keys of about 1 MB: an answer where it fits, else a dead letter that fits', async () => {
    const large = 'n'.repeat(900_000);
    const tooLarge = 'n'.repeat(1_020_000);
    const wide = 'w'.repeat(400);
    script
      .init({ section: large })
      .request('large name', { section: large })
      .init({ section: tooLarge })
      .request('too large name', { section: tooLarge })
      .init({ section: wide, rows: 100, seatsPerRow: 100 })
      .request('i'.repeat(900_000), { section: wide, seatCount: 300 })
      .request('after it', { section: wide, seatCount: 300 })
      .raw('requests', Buffer.alloc(240_000, 0xff), 'k'.repeat(800_000));
    await check();
  });

  itOnce('a full status that would not fit a message: a dead letter', async () => {
    script
      .init({ section: 'wide', rows: 1_000, seatsPerRow: 100 })
      .request('to the section that is not there', { section: 'wide' });
    await check({ payload: 'full' });
  });
});
