import assert from 'node:assert/strict';
import { AbortableError } from '../../../src/kafka/failure.js';
import { assertAnswered } from '../../support/fakes/check.js';
import { FakeDaemon, type FakeDaemonOptions } from '../../support/fakes/daemon.js';
import { initRecord, requestRecord } from '../../support/fakes/records.js';
import { turn, until } from '../../support/fakes/steps.js';

const exactly = { emit: 'latest', repeats: 'none' } as const;

function loaded(options: FakeDaemonOptions = {}): FakeDaemon {
  const daemon = new FakeDaemon(undefined, undefined, { ...options, batch: { maxMessages: 2, ...options.batch } });
  for (const partition of [0, 1]) {
    const eventId = BigInt(partition);
    daemon.kafka.add(initRecord({ eventId }, { partition, offset: 0, timestampMs: 1 }));
    for (let offset = 0; offset < 12; offset += 1) daemon.kafka.add(requestRecord({ eventId }, { partition, offset }));
  }
  return daemon;
}

/** Another instance takes the partitions over and finishes the work. */
async function finishElsewhere({ kafka, stores }: FakeDaemon, options: FakeDaemonOptions = {}): Promise<void> {
  const other = new FakeDaemon(kafka, stores, options).start(0, 1);
  await other.caughtUp(0, 1);
  await other.stop();
}

const start = { init: 0, requests: 0 };
const guarantees = ['exactly_once', 'at_least_once'] as const;

describe('a rebalance of the pipeline', () => {
  for (const guarantee of guarantees) {
    it(`${guarantee}: a revoke drains, closes the stores and unassigns, in that order and without a seek`, async () => {
      const daemon = loaded({ settings: { guarantee } });
      const goOn = daemon.steps.hold(guarantee === 'exactly_once' ? 'commit' : 'delivered');
      daemon.start(0, 1);
      await until(() => daemon.steps.count('process') === 3, 'three batches are in flight');
      daemon.input.rebalance('revoke', 0, 1);
      const { consumes } = daemon.input;
      await until(() => daemon.input.consumes > consumes + 3, 'the consuming goes on meanwhile');
      assert.deepEqual([...daemon.input.paused].sort(), ['init-0', 'init-1', 'requests-0', 'requests-1']);
      goOn();
      await until(() => daemon.steps.count('unassign') === 1, 'the partitions are given back');
      assert.ok(daemon.steps.count('persist') >= 3);
      assert.deepEqual(
        daemon.steps.only('persist', 'commitsAnswered', 'close', 'unassign', 'seek', 'abort').slice(-4),
        ['commitsAnswered', 'close', 'close', 'unassign'],
      );
      for (const partition of [0, 1]) {
        const stored = daemon.stores.of(partition).mark?.positions;
        assert.deepEqual(stored ?? start, daemon.kafka.committed.get(partition) ?? start);
      }
      assert.equal(daemon.slots.given('process').length, daemon.steps.count('process'));
      await finishElsewhere(daemon, { settings: { guarantee } });
      await daemon.stop();
      assertAnswered(daemon.kafka, exactly);
    });

    it(`${guarantee}: a lost assignment commits nothing further, of the batch under way either, and does not seek`, async () => {
      const daemon = loaded({ settings: { guarantee } });
      const goOn = daemon.steps.hold('process');
      daemon.start(0, 1);
      await until(() => daemon.slots.given('process').length === 3, 'three batches are in flight');
      daemon.input.rebalance('lost', 0, 1);
      for (let turns = 0; turns < 5; turns += 1) await turn();
      goOn();
      await until(() => daemon.steps.count('unassign') === 1, 'the partitions are given up');
      const isWriting = (step: string): boolean =>
        /^(produce|sendOffsets|commit$|abort|persist|commitOffsets|seek)/.test(step);
      // The two transactions that were begun are aborted, and their offsets with them.
      const aborted = ['sendOffsets', 'sendOffsets', 'abort', 'abort'];
      const written = guarantee === 'exactly_once' ? aborted : ['commitOffsets'];
      assert.deepEqual(daemon.steps.done.filter(isWriting), written);
      assert.deepEqual([...daemon.kafka.committed.values()], guarantee === 'exactly_once' ? [] : [start, start]);
      assert.equal(daemon.kafka.outputs.length, 0);
      await finishElsewhere(daemon, { settings: { guarantee } });
      await daemon.stop();
      assertAnswered(daemon.kafka, exactly);
    });
  }

  it('a lost assignment aborts the transaction that is open, instead of committing it', async () => {
    const daemon = loaded();
    const goOn = daemon.steps.hold('produce changelog');
    daemon.start(0, 1);
    await until(() => daemon.steps.count('produce results') === 1, 'a transaction is open');
    daemon.input.rebalance('lost', 0, 1);
    for (let turns = 0; turns < 5; turns += 1) await turn();
    goOn();
    await until(() => daemon.steps.count('unassign') === 1, 'the partitions are given up');
    assert.deepEqual(daemon.steps.only('begin', 'commit', 'abort', 'seek', 'close', 'unassign'), [
      ...['begin', 'abort', 'close', 'close', 'unassign'],
    ]);
    assert.equal(daemon.log.of('lost').length, 1);
    await finishElsewhere(daemon);
    await daemon.stop();
    assertAnswered(daemon.kafka, exactly);
  });

  it('an assignment that is lost while an abort is recovered from is not sought any more', async () => {
    const daemon = loaded();
    const goOn = daemon.steps.hold('reload');
    daemon.steps.failOnce('commit', new AbortableError('illegal generation'));
    daemon.start(0, 1);
    await until(() => daemon.slots.given('reload').length > 0, 'the stores are read again');
    daemon.input.rebalance('lost', 0, 1);
    goOn();
    await until(() => daemon.steps.count('unassign') === 1, 'the partitions are given up');
    assert.deepEqual(daemon.steps.only('abort', 'seek', 'close'), ['abort', 'close', 'close']);
    await finishElsewhere(daemon);
    await daemon.stop();
    assertAnswered(daemon.kafka, exactly);
  });

  it('an abort inside a revoke does not seek, and is no abort of a series', async () => {
    const daemon = loaded();
    let fail: (() => void) | undefined;
    daemon.steps.before((step) => {
      if (step !== 'commit' || fail !== undefined) return;
      return new Promise<void>((_, reject) => {
        fail = () => reject(new AbortableError('rebalance in progress'));
      });
    });
    daemon.start(0, 1);
    await until(() => daemon.steps.count('process') === 3, 'three batches are in flight');
    daemon.input.rebalance('revoke', 0, 1);
    await until(() => fail !== undefined, 'the first of them is about to be committed');
    fail?.();
    await until(() => daemon.steps.count('unassign') === 1, 'the partitions are given back');
    assert.deepEqual(daemon.steps.only('commit', 'abort', 'reload', 'seek', 'persist'), ['abort', 'abort']);
    assert.equal(daemon.log.of('aborted').length, 0);
    daemon.input.rebalance('assign', 0, 1);
    await daemon.caughtUp(0, 1);
    await daemon.stop();
    assertAnswered(daemon.kafka, exactly);
  });

  it('an assignment whose restore is overtaken by a revoke closes what it opened, and the next one begins anew', async () => {
    for (const step of ['committed', 'watermarks']) {
      const daemon = loaded();
      const goOn = daemon.steps.hold(step);
      daemon.start(0, 1);
      await until(() => daemon.steps.count('open') === 2, 'the stores are open');
      await turn();
      daemon.input.rebalance('revoke', 0, 1);
      daemon.input.rebalance('assign', 1);
      goOn();
      await daemon.caughtUp(1);
      assert.equal(daemon.stores.of(0).isOpen, false, `revoked at ${step}`);
      assert.equal(daemon.steps.count('assign'), 1);
      assert.deepEqual(daemon.input.assigned, ['init-1', 'requests-1']);
      await daemon.stop();
    }
  });

  it('a restore in vain is answered with nothing, for only then a classic client says that all is lost', async () => {
    const daemon = loaded({ settings: { guarantee: 'at_least_once' } });
    daemon.input.isGivenUp = true;
    daemon.start(0, 1);
    await until(() => daemon.steps.count('assign') > 0, 'the group has an answer');
    assert.deepEqual(daemon.input.assigned, []);
    daemon.input.rebalance('lost', 0, 1);
    await until(() => daemon.steps.count('unassign') === 1, 'it is given up');
    daemon.input.isGivenUp = false;
    daemon.input.rebalance('assign', 0, 1);
    await daemon.caughtUp(0, 1);
    await daemon.stop();
    assertAnswered(daemon.kafka, exactly);
  });

  it('goes on consuming while it restores, so that the group does not give the instance up', async () => {
    const daemon = loaded();
    const goOn = daemon.steps.hold('committed');
    daemon.start(0, 1);
    await until(() => daemon.steps.count('open') === 2, 'the stores are open');
    const { consumes } = daemon.input;
    await until(() => daemon.input.consumes > consumes + 3, 'it goes on consuming');
    goOn();
    await daemon.caughtUp(0, 1);
    await daemon.stop();
    assertAnswered(daemon.kafka, exactly);
  });

  it('partitions that come back are taken up where they were left', async () => {
    const daemon = loaded().start(0, 1);
    for (const partitions of [[1], [0], [0, 1]]) {
      await daemon.caughtUp(0);
      daemon.input.rebalance('revoke', 0, 1);
      daemon.input.rebalance('assign', ...partitions);
      const offset = daemon.kafka.range(1, 0).high;
      daemon.kafka.add(requestRecord({ eventId: 0n }, { partition: 0, offset }));
      if (!partitions.includes(0)) daemon.input.rebalance('revoke', ...partitions);
      if (!partitions.includes(0)) daemon.input.rebalance('assign', 0);
    }
    await daemon.caughtUp(0, 1);
    await daemon.stop();
    assertAnswered(daemon.kafka, exactly);
  });
});
