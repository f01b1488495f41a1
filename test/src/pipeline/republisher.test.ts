import assert from 'node:assert/strict';
import { AbortableError } from '../../../src/kafka/failure.js';
import { expectedOf } from '../../support/fakes/check.js';
import { FakeDaemon, type FakeDaemonOptions } from '../../support/fakes/daemon.js';
import { addRequest } from '../../support/fakes/loaded-daemon.js';
import { initRecord, requestRecord } from '../../support/fakes/records.js';
import { until } from '../../support/fakes/steps.js';
import { statusCodec } from '../../support/wire.js';

const sections = 7;

/** Two partitions, each with seven sections of ten seats, some of which are sold. */
async function soldDaemon(options: FakeDaemonOptions = {}): Promise<FakeDaemon> {
  const daemon = new FakeDaemon(undefined, undefined, options);
  for (const partition of [0, 1]) {
    for (let at = 0; at < sections; at += 1) {
      const named = { eventId: BigInt(partition), section: `S${at}` };
      daemon.kafka.add(initRecord(named, { partition, offset: at, timestampMs: 1 }));
      daemon.kafka.add(requestRecord({ ...named, seatCount: at }, { partition, offset: at }));
    }
  }
  daemon.start(0, 1);
  await daemon.caughtUp(0, 1);
  return daemon;
}

/** Statuses that were sent from a place in the outputs on: section and count, with the timestamp. */
const sentFrom = (daemon: FakeDaemon, place: number): string[] =>
  daemon.kafka.outputs.slice(place).flatMap(({ to, text, value, timestampMs }) => {
    assert.equal(to, 'status', 'a republication sends statuses and nothing else');
    const { availableCount, timestamp } = statusCodec.decode(value ?? Buffer.alloc(0));
    assert.equal(Number(timestamp), timestampMs);
    return `${text}: ${availableCount}`;
  });

/** What the model has left of each section. */
const left = (daemon: FakeDaemon): string[] =>
  [...expectedOf(daemon.kafka).statuses].map(([key, given]) => `${key}: ${given.at(-1)?.availableCount}`).sort();

for (const guarantee of ['exactly_once', 'at_least_once'] as const) {
  describe(`a republication (${guarantee})`, () => {
    it('sends each section once, what the model has left of it, in batches within the limit that move no input', async () => {
      const daemon = await soldDaemon({ settings: { guarantee }, batch: { maxMessages: 4 } });
      const committed = new Map(daemon.kafka.committed);
      const batches = daemon.steps.count('republish');
      const place = daemon.kafka.outputs.length;
      const republished = await daemon.pipeline.republish();
      assert.deepEqual(republished, { partitions: 2, sections: 2 * sections, omitted: 0, revoked: 0 });
      assert.deepEqual(sentFrom(daemon, place).sort(), left(daemon));
      assert.deepEqual(daemon.kafka.committed, committed);
      assert.ok(daemon.steps.count('republish') - batches >= 8, 'two slots share the limit of four records');
      await daemon.stop();
    });

    it('works in a pause, and leaves it as it is', async () => {
      const daemon = await soldDaemon({ settings: { guarantee } });
      await daemon.pipeline.pause();
      addRequest(daemon, 0, sections);
      const place = daemon.kafka.outputs.length;
      await daemon.pipeline.republish();
      assert.equal(sentFrom(daemon, place).length, 2 * sections);
      assert.equal(daemon.lifeCycle.state, 'paused');
      daemon.pipeline.resume();
      await daemon.caughtUp(0, 1);
      await daemon.stop();
    });

    it('begins a partition again that was not finished when its batch was aborted', async () => {
      const daemon = await soldDaemon({ settings: { guarantee }, batch: { maxMessages: 6 } });
      let produced = 0;
      daemon.steps.before((step) => {
        if (step === 'produce status' && ++produced === 2) throw new AbortableError('the coordinator moved');
      });
      const place = daemon.kafka.outputs.length;
      await daemon.pipeline.republish();
      assert.equal(daemon.log.of('aborted').length, 1);
      assert.deepEqual([...new Set(sentFrom(daemon, place))].sort(), left(daemon));
      await daemon.stop();
    });

    it('goes on when its partitions are taken back and come again', async () => {
      const daemon = await soldDaemon({ settings: { guarantee }, batch: { maxMessages: 2 } });
      const place = daemon.kafka.outputs.length;
      const goOn = daemon.steps.hold('republish');
      const republished = daemon.pipeline.republish();
      daemon.input.rebalance('revoke', 0, 1);
      daemon.input.rebalance('assign', 0, 1);
      goOn();
      const { partitions, revoked } = await republished;
      if (revoked === 0) assert.deepEqual([...new Set(sentFrom(daemon, place))].sort(), left(daemon));
      assert.equal(partitions + revoked, 2);
      await daemon.stop();
    });
  });
}

describe('a republication', () => {
  it('tells of partitions that were taken back before they were finished', async () => {
    const daemon = await soldDaemon({ batch: { maxMessages: 2 } });
    daemon.input.isIncremental = true;
    const goOn = daemon.steps.hold('republish');
    const republished = daemon.pipeline.republish();
    await until(() => daemon.slots.given('republish').length > 0, 'it has begun');
    daemon.input.rebalance('revoke', 1);
    goOn();
    assert.deepEqual(await republished, { partitions: 1, sections: sections + 1, omitted: 0, revoked: 1 });
    await daemon.stop();
  });

  it('of an instance without partitions is over at once', async () => {
    const daemon = new FakeDaemon().start();
    assert.deepEqual(await daemon.pipeline.republish(), { partitions: 0, sections: 0, omitted: 0, revoked: 0 });
    await daemon.stop();
  });

  it('that is not over when the process stops is refused', async () => {
    const daemon = await soldDaemon({ batch: { maxMessages: 1 } });
    const refused = assert.rejects(daemon.pipeline.republish(), { exitCode: 75, message: /stopping/ });
    await until(() => daemon.steps.count('republish') > 0, 'it has begun');
    await daemon.stop();
    await refused;
  });
});
