import assert from 'node:assert/strict';
import Kafka from 'node-rdkafka';
import type { KafkaClient } from '../../../src/kafka/native.js';
import { PackedSource } from '../../../src/kafka/packed-source.js';
import { connected, looseConsumer } from '../../support/kafka-client.js';
import { startMockCluster } from '../../support/mock-cluster.js';
import { addon, ERRORS, withCode } from '../../support/packed.js';

const rethrow = (error: unknown): never => {
  throw error;
};

describe('the packed source, without a real Kafka', () => {
  const native = addon();
  const sourceOf = (consumer: KafkaClient, topics: readonly string[] = ['any']) =>
    new PackedSource(native, { consumer, topics, onError: rethrow });

  it('refuses a consumer that was never connected', () =>
    assert.rejects(sourceOf(looseConsumer('127.0.0.1:1', {})).take(1, 10, 0), withCode(ERRORS.ERR__STATE)));

  it('[mock] lets a consume that waits end before its consumer is closed, and refuses a closed one', async () => {
    const cluster = await startMockCluster();
    const consumer = looseConsumer(cluster.bootstrapServers, {});
    const source = sourceOf(consumer);
    let waiting: Promise<unknown> | undefined;
    await connected(consumer, async () => {
      waiting = Promise.allSettled([source.take(10, 500, 500), source.take(10, 500, 500), source.take(10, 500, 500)]);
    });
    await waiting;
    await assert.rejects(source.take(1, 10, 0), withCode(ERRORS.ERR__STATE));
    await cluster.stop();
  });

  it('[mock] refuses a producer, and wrong arguments with a TypeError', async () => {
    const cluster = await startMockCluster();
    await connected(new Kafka.Producer({ 'bootstrap.servers': cluster.bootstrapServers }), (producer) =>
      assert.rejects(sourceOf(producer).take(1, 10, 0), withCode(ERRORS.ERR__INVALID_ARG)),
    );
    await connected(looseConsumer(cluster.bootstrapServers, {}), async (consumer) => {
      const source = sourceOf(consumer);
      const wrong: [number, number, number][] = [
        ...[0, -1, 0.5, Number.NaN, 2 ** 32, 10_000_001].map((limit): [number, number, number] => [limit, 10, 0]),
        ...[-1, 0.5, Number.NaN, 2 ** 31].flatMap((timeMs): [number, number, number][] => [
          [1, timeMs, 0],
          [1, 10, timeMs],
        ]),
      ];
      for (const [limit, waitMs, gatherMs] of wrong) {
        await assert.rejects(source.take(limit, waitMs, gatherMs), TypeError, `${limit}, ${waitMs}, ${gatherMs}`);
      }
      for (const topics of ['any', [1], [Symbol('topic')], [{ toString: rethrow }], null] as unknown[]) {
        await assert.rejects(sourceOf(consumer, topics as string[]).take(1, 10, 0), TypeError);
      }
    });
    await cluster.stop();
  });
});
