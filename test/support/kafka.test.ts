import assert from 'node:assert/strict';
import { type Broker, brokerOrSkip } from './broker.js';
import type { ExpectedAnswer } from './expected.js';
import type { KafkaRecord } from './kafka-client.js';
import { initRecord, loadStartMs, makeInits, makeRequests, requestRecords } from './load.js';
import { startMockCluster } from './mock-cluster.js';
import { partitionOf } from './murmur2.js';
import { produceAll } from './produce.js';
import { Random } from './random.js';
import { readTopic } from './read.js';
import { createInputs } from './topics.js';
import { verifyAnswers } from './verify.js';
import { answerCodec, type Request, requestCodec } from './wire.js';

describe('harness on a real Kafka', () => {
  let broker: Broker;
  before(async function () {
    broker = await brokerOrSkip(this);
  });

  it('reads back every record produced, in order, with its timestamp, in the partition of its key', async () => {
    const random = new Random(1);
    const inputs = await createInputs(broker.bootstrapServers, 7);
    const sections = makeInits(random, { sections: 20, rows: 4, seatsPerRow: 5 });
    const requests = makeRequests(random, sections, { count: 30_000, maxSeats: 4, label: 'r' });
    const records = requestRecords(inputs, requests, { startMs: loadStartMs, random, jitterMs: 5 });
    await produceAll(broker.bootstrapServers, records);
    await produceAll(
      broker.bootstrapServers,
      sections.map((init) => initRecord(inputs, init, loadStartMs)),
    );
    assert.equal((await readTopic(broker.bootstrapServers, inputs.init)).flat().length, sections.length);
    const read = (await readTopic(broker.bootstrapServers, inputs.requests)).flat();
    const produced = new Map(records.map((record, index) => [requests[index]?.reservationId, record]));
    assert.equal(read.length, requests.length);
    for (const record of read) {
      const request = requestCodec.decode(record.value as Buffer);
      assert.equal(record.timestampMs, produced.get(request.reservationId)?.timestampMs);
      assert.equal(record.partition, partitionOf(record.key as Buffer, 7));
    }
  });
});

describe('harness on the mock cluster', () => {
  it('[mock] makes topics and reads back what was produced', async () => {
    const cluster = await startMockCluster();
    await cluster.createTopics(['some-topic']);
    const record = { topic: 'some-topic', key: Buffer.from('k'), value: Buffer.from('v'), timestampMs: loadStartMs };
    await produceAll(cluster.bootstrapServers, [record, { ...record, value: null }]);
    const read = (await readTopic(cluster.bootstrapServers, 'some-topic')).flat();
    assert.deepEqual(
      read.map(({ value }) => value?.toString()),
      ['v', undefined],
    );
    await cluster.stop();
  });
});

describe('the check of the answers', () => {
  const request: Request = {
    reservationId: 'r1',
    eventId: 1n,
    section: 'A',
    seatCount: 1,
    userId: 'u',
    timestamp: 1n,
  };
  const expected = new Map<string, ExpectedAnswer>([
    ['r1', { request, status: 'CONFIRMED', seats: ['A-1'], timestampMs: 9 }],
  ]);
  const answer = (seats: string[]): KafkaRecord => ({
    partition: 0,
    offset: 0,
    timestampMs: 9,
    key: Buffer.from('r1'),
    value: answerCodec.encode({ ...request, status: 'CONFIRMED', allocatedSeats: seats, timestamp: 9n }),
    headers: {},
  });

  it('accepts the right answer, once', () => {
    verifyAnswers([[answer(['A-1'])]], expected, 'none');
    verifyAnswers([[answer(['A-1']), answer(['A-1'])]], expected, 'identical');
  });

  it('names missing, duplicated and wrong ones', () => {
    assert.throws(() => verifyAnswers([[]], expected, 'none'), /1 missing answers, first:\n {2}r1/);
    assert.throws(() => verifyAnswers([[answer(['A-1']), answer(['A-1'])]], expected, 'none'), /1 duplicated answers/);
    assert.throws(
      () => verifyAnswers([[answer(['A-2'])]], expected, 'none'),
      /1 wrong answers.*got +CONFIRMED \[A-2\].*expected CONFIRMED \[A-1\]/s,
    );
    assert.throws(() => verifyAnswers([[answer(['A-1'])]], new Map(), 'none'), /1 answers to nothing/);
  });
});
