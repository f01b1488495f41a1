import assert from 'node:assert/strict';
import { type Broker, brokerOrSkip } from '../support/broker.js';
import { type Settings, writeConfiguration } from '../support/configuration.js';
import { killDaemons, startDaemon } from '../support/daemon.js';
import { type Expected, expect } from '../support/expected.js';
import { withoutHeaders } from '../support/framing.js';
import { interopOrSkip, runInterop } from '../support/interop.js';
import { partitionOf } from '../support/murmur2.js';
import { readTopic, type TopicRecords } from '../support/read.js';
import { registryOrSkip } from '../support/registry.js';
import { createAllTopics, type Topics } from '../support/topics.js';
import { drain } from './run.js';

const requests = 120;
const partitions = { results: 3, status: 2 };

type Line = {
  readonly kind: string;
  readonly partition: number;
  readonly timestampMs: number;
  readonly key: string;
  readonly value: Readonly<Record<string, unknown>>;
};

/** A line of the Java application. Longs are kept as they are written: beyond 2^53 a number would not be what it says. */
function parse(line: string): Line {
  const [kind = '', partition, timestampMs, key = '', json = ''] = line.split('\t');
  const value = JSON.parse(json.replace(/("eventId": ?)(-?\d+)/, '$1"$2"')) as Record<string, unknown>;
  return { kind, partition: Number(partition), timestampMs: Number(timestampMs), key, value };
}

/** A timestamp as Java prints it: an instant. */
const msOf = (value: unknown): number => (typeof value === 'number' ? value : Date.parse(String(value)));

describe('a Java application with Apache Avro’s generated classes', () => {
  let broker: Broker;
  before(async function () {
    broker = await brokerOrSkip(this);
    await interopOrSkip(this);
  });
  afterEach(killDaemons);

  /** Has it write the inputs of a running daemon, and compares what it reads with the model, field by field. */
  async function check(settings: Settings, url: string | undefined): Promise<void> {
    const topics = await createAllTopics(broker.bootstrapServers, 4, partitions);
    const daemon = startDaemon(writeConfiguration(broker.bootstrapServers, topics, settings).file);
    await daemon.waitFor('ready');
    const { init, requests: asked, results, status } = topics;
    const args = [broker.bootstrapServers, init, asked, results, status, String(requests)];
    const lines = (await runInterop(url === undefined ? args : [...args, url])).map(parse);
    await drain(daemon);
    const expected = await expectedOf(topics, url !== undefined);
    assert.equal(expected.answers.size, requests);
    assertAnswers(
      lines.filter(({ kind }) => kind === 'answer'),
      expected,
    );
    assertStatuses(
      lines.filter(({ kind }) => kind === 'status'),
      expected,
    );
    assert.deepEqual(daemon.events('deadLetter'), []);
  }

  async function expectedOf(topics: Topics, isFramed: boolean): Promise<Expected> {
    const read = async (topic: string): Promise<TopicRecords> => {
      const records = await readTopic(broker.bootstrapServers, topic);
      return isFramed ? withoutHeaders(records) : records;
    };
    return expect(await read(topics.init), await read(topics.requests));
  }

  function assertAnswers(lines: readonly Line[], { answers }: Expected): void {
    const read = lines.map(({ partition, timestampMs, key, value }) => ({
      ...value,
      timestamp: msOf(value.timestamp),
      ...{ partition, timestampMs, key },
    }));
    const model = [...answers].map(([reservationId, { request, status, seats, timestampMs }]) => ({
      ...{ reservationId, eventId: String(request.eventId), userId: request.userId, status, section: request.section },
      ...{ seatCount: request.seatCount, allocatedSeats: seats, timestamp: timestampMs },
      ...{ partition: partitionOf(Buffer.from(reservationId), partitions.results), timestampMs, key: reservationId },
    }));
    const byId = (one: { key: string }, other: { key: string }): number => (one.key < other.key ? -1 : 1);
    assert.deepEqual(read.sort(byId), model.sort(byId));
  }

  function assertStatuses(lines: readonly Line[], { statuses }: Expected): void {
    const latest = new Map(lines.map((line) => [line.key, line]));
    assert.deepEqual([...latest.keys()].sort(), [...statuses.keys()].sort());
    for (const [key, model] of statuses) {
      const { value, partition, timestampMs } = latest.get(key) as Line;
      const last = model.at(-1);
      assert.equal(key, `${String(value.eventId)}-${String(value.section)}`);
      assert.deepEqual(
        [value.availableCount, msOf(value.timestamp), timestampMs],
        [last?.availableCount, last?.timestampMs, last?.timestampMs],
      );
      assert.equal(partition, partitionOf(Buffer.from(key), partitions.status));
    }
  }

  it('writes the inputs and reads the outputs, bare', () => check({}, undefined));

  it('writes the inputs and reads the outputs with a schema registry, as Confluent’s serializers frame them', async function () {
    const { url } = await registryOrSkip(this);
    await check({ avro: { framing: 'confluent', registry: { url } } }, url);
  });
});
