import assert from 'node:assert/strict';
import { InputTopic } from '../../../src/frames.js';
import { ClientStatistics, type Statistics } from '../../../src/kafka/client-statistics.js';

const partition = (fetchq_cnt: number, ls_offset: number) => ({
  ...{ fetch_state: 'active', unknown: false, fetchq_cnt, fetchq_size: 100 * fetchq_cnt, ls_offset },
});
const statistics: Statistics = {
  msg_cnt: 7,
  msg_size: 700,
  brokers: {
    'one:9092/1': { outbuf_cnt: 1, waitresp_cnt: 2, rtt: { p99: 4_500 } },
    'two:9092/2': { outbuf_cnt: 0, waitresp_cnt: 1, rtt: { p99: 20_000 } },
  },
  topics: {
    asked: { partitions: { 0: partition(3, 40), 1: partition(4, -1001), '-1': partition(0, -1001) } },
    begun: { partitions: { 0: partition(0, 9) } },
  },
};

describe("the statistics of librdkafka's clients", () => {
  it('tell the queues, of which the one of fetched records is told by each partition, and the slowest broker', () => {
    const client = new ClientStatistics();
    client.observe(statistics);
    const { fetchQueueRecords, fetchQueueBytes, produceQueueRecords, produceQueueBytes } = client;
    assert.deepEqual([fetchQueueRecords, fetchQueueBytes, produceQueueRecords, produceQueueBytes], [4, 400, 7, 700]);
    assert.deepEqual([client.requestsInFlight, client.roundTripMs], [4, 20]);
  });

  it('tell where the inputs end, as far as that was fetched', () => {
    const client = new ClientStatistics({ init: 'begun', requests: 'asked' });
    assert.equal(client.endOffsets(InputTopic.init, 0), undefined);
    client.observe(statistics);
    assert.equal(client.endOffsets(InputTopic.init, 0), 9);
    assert.equal(client.endOffsets(InputTopic.requests, 0), 40);
    assert.equal(client.endOffsets(InputTopic.requests, 1), undefined);
    assert.equal(client.endOffsets(InputTopic.requests, 2), undefined);
  });

  it('are all zero of a client that has told nothing, or has no topics and brokers yet', () => {
    const client = new ClientStatistics();
    client.observe({});
    assert.deepEqual([client.fetchQueueRecords, client.requestsInFlight, client.roundTripMs], [0, 0, 0]);
  });
});
