import assert from 'node:assert/strict';
import Kafka from 'node-rdkafka';
import { type Broker, brokerOrSkip } from '../support/broker.js';
import { killDaemons } from '../support/daemon.js';
import { connected, promised } from '../support/kafka-client.js';
import type { Topics } from '../support/topics.js';
import { guarantees, LoadedGroup, partitions, restored } from './loaded-group.js';
import { drain } from './run.js';

describe('membership of the group', () => {
  let broker: Broker;
  before(async function () {
    broker = await brokerOrSkip(this);
  });
  afterEach(killDaemons);

  /** A member of the daemon's group that reads something else, so that nothing moves: it joins, and leaves again. */
  async function passBy({ application, results }: Topics): Promise<void> {
    const consumer = new Kafka.KafkaConsumer(
      {
        ...{ 'bootstrap.servers': broker.bootstrapServers, 'group.id': application, 'enable.auto.commit': false },
        ...{ 'group.protocol': 'consumer', 'group.remote.assignor': 'range' },
      },
      {},
    );
    await connected(consumer, async () => {
      consumer.subscribe([results]);
      const untilMs = performance.now() + 1_500;
      while (performance.now() < untilMs) await promised((done) => consumer.consume(1, (error) => done(error)));
    });
  }

  for (const guarantee of guarantees) {
    it(`KIP-848: a member that others pass by goes on answering, though its epoch rises each time: ${guarantee}`, async () => {
      const group = await LoadedGroup.prepare(broker, { guarantee, group: { protocol: 'consumer' } });
      const daemon = group.start('one');
      await restored(daemon, partitions);
      group.beginLoad();
      for (let times = 0; times < 3; times += 1) await passBy(group.topics);
      await group.finish(daemon);
      assert.deepEqual(daemon.events('revoked'), [], daemon.tail());
      assert.ok(daemon.events('aborted').length <= 6, `once a rise at most:\n${daemon.tail()}`);
    });

    it(`static: a second live instance of the same name takes the place of the first, which ends with 76: ${guarantee}`, async () => {
      const group = await LoadedGroup.prepare(broker, { guarantee, group: { membership: 'static' } });
      const first = group.start('one');
      await restored(first, partitions);
      group.beginLoad();
      const second = group.start('one', {}, 'on another host');
      assert.deepEqual(await first.exited, { code: 76, signal: null }, first.tail());
      assert.match(
        first.events('fatal')[0]?.msg ?? '',
        /fenced: another live instance uses the (group\.instance|transactional)\.id "/,
      );
      await restored(second, partitions);
      await group.finish(second);
    });
  }

  it('static: an instance that is stopped or killed finds its partitions again, and nothing moves', async () => {
    // Longer than any restart takes on a busy machine.
    const kafka = { consumer: { 'session.timeout.ms': 60_000 } };
    const group = await LoadedGroup.prepare(broker, { kafka, group: { membership: 'static' } });
    const other = group.start('other');
    await restored(other, partitions);
    let daemon = group.start('one');
    await restored(daemon, partitions / 2);
    const partitionsOf = (): unknown => daemon.events('assigned').at(-1)?.partitions;
    const own = partitionsOf();
    const { length: revoked } = other.events('revoked');
    group.beginLoad();
    for (const end of ['stop', 'kill'] as const) {
      if (end === 'stop') await drain(daemon);
      else await daemon.kill();
      daemon = group.start('one');
      await restored(daemon, partitions / 2);
      assert.deepEqual(partitionsOf(), own);
    }
    await group.finish(daemon, other);
    assert.equal(other.events('revoked').length, revoked, other.tail());
  });
});
