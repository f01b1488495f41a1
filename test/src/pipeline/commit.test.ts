import assert from 'node:assert/strict';
import { temporary } from '../../../src/errors.js';
import { FakeDaemon, type FakeDaemonOptions } from '../../support/fakes/daemon.js';
import { initRecord, requestRecord } from '../../support/fakes/records.js';
import { turn, until } from '../../support/fakes/steps.js';

const stepsOfCommit = [
  ...['begin', 'produce results', 'produce status', 'produce changelog', 'produce deadLetters', 'sendOffsets'],
  ...['flush', 'commit', 'abort', 'delivered', 'persist', 'commitOffsets'],
];
const start = { init: 0, requests: 0 };
const atLeastOnce: FakeDaemonOptions = { settings: { guarantee: 'at_least_once' } };

/** A daemon with an init and a request in each of partitions 0 and 1, which belong to two slots. */
function loaded(options: FakeDaemonOptions = {}): FakeDaemon {
  const daemon = new FakeDaemon(undefined, undefined, options);
  for (const partition of [0, 1]) {
    daemon.kafka.add(initRecord({}, { partition, offset: 0, timestampMs: 1 }));
    daemon.kafka.add(requestRecord({ seatCount: 2 }, { partition, offset: 0, timestampMs: 2 }));
  }
  return daemon;
}
/** Long enough for later batches to come up. */
async function turns(count: number): Promise<void> {
  for (let at = 0; at < count; at += 1) await turn();
}
/** Partitions that were never committed are, where they begin, before anything of them is read. */
const commitOfStart = 'commitOffsets';
const commitStepsOf = (daemon: FakeDaemon): string[] => daemon.steps.only(...stepsOfCommit);

describe('the commit of a batch', () => {
  it('exactly_once: begins, sends the offsets, produces, waits for the deliveries, commits; only then the slots persist', async () => {
    const daemon = loaded().start(0, 1);
    await daemon.caughtUp(0, 1);
    await daemon.stop();
    const produced = ['produce results', 'produce status', 'produce changelog', 'produce deadLetters'];
    assert.deepEqual(commitStepsOf(daemon), [
      ...['begin', 'sendOffsets', ...produced, ...produced, 'flush', 'commit'],
      ...['persist', 'persist'],
    ]);
  });

  it('at_least_once: answers, their delivery, images, their delivery, the stores, and the offsets last', async () => {
    const daemon = loaded(atLeastOnce).start(0, 1);
    await daemon.caughtUp(0, 1);
    await daemon.stop();
    const answers = ['produce results', 'produce status', 'produce deadLetters'];
    assert.deepEqual(commitStepsOf(daemon), [
      commitOfStart,
      ...[...answers, ...answers, 'delivered'],
      ...['produce changelog', 'produce changelog', 'delivered'],
      ...['persist', 'persist', 'commitOffsets'],
    ]);
  });

  for (const [guarantee, step] of [
    ['exactly_once', 'commit'],
    ['at_least_once', 'delivered'],
  ] as const) {
    it(`${guarantee}: nothing is in the store before the broker's acknowledgement, while later batches are computed`, async () => {
      const daemon = loaded({ settings: { guarantee }, batch: { maxMessages: 1 } });
      const goOn = daemon.steps.hold(step);
      daemon.start(0, 1);
      await until(() => daemon.steps.count('process') === 3, 'three batches are computed');
      assert.equal(daemon.steps.count('persist'), 0);
      assert.equal(daemon.stores.of(0).images.size + daemon.stores.of(1).images.size, 0);
      goOn();
      await daemon.caughtUp(0, 1);
      await daemon.stop();
      assert.equal(daemon.stores.of(0).images.size, 1);
    });
  }

  for (const inFlight of [2, 3, 4, 9]) {
    it(`exactly_once, ${inFlight} in flight: two producers take turns; a batch overtakes none in offsets, records and commit`, () =>
      takeTurns(inFlight));
  }

  it('exactly_once: while deliveries are slow, the records of a batch wait for the commit of the one before', async () => {
    const daemon = new FakeDaemon(undefined, undefined, { batch: { maxMessages: 1 }, isSlow: true });
    daemon.kafka.add(initRecord({}, { offset: 0, timestampMs: 0 }));
    for (let offset = 0; offset < 20; offset += 1) daemon.kafka.add(requestRecord({}, { offset }));
    daemon.steps.before((step) => (step === 'flush' || step === 'commit' ? turns(20) : undefined));
    daemon.start(0);
    await daemon.caughtUp(0);
    await daemon.stop();
    const order = daemon.steps.only('produce results', 'commit');
    assert.deepEqual(order, Array.from({ length: 21 }, () => ['produce results', 'commit']).flat());
  });

  async function takeTurns(inFlight: number): Promise<void> {
    const daemon = new FakeDaemon(undefined, undefined, { batch: { maxMessages: 1, inFlight } });
    daemon.kafka.add(initRecord({}, { offset: 0, timestampMs: 0 }));
    for (let offset = 0; offset < 40; offset += 1) daemon.kafka.add(requestRecord({}, { offset }));
    const seen: string[] = [];
    let open = 0;
    let mostOpen = 0;
    daemon.steps.before((step) => {
      if (step === 'begin') open += 1;
      if (step === 'commit') open -= 1;
      mostOpen = Math.max(mostOpen, open);
      if (['sendOffsets', 'produce results', 'flush', 'commit'].includes(step)) seen.push(step);
      return step === 'flush' ? turns(20) : undefined;
    });
    daemon.start(0);
    await daemon.caughtUp(0);
    await daemon.stop();
    assert.equal(mostOpen, 2);
    // The records of a batch come only once those of the batch before are delivered, and its commit after that one's.
    const order = seen.filter((step) => step !== 'sendOffsets' && step !== 'commit');
    assert.deepEqual(order, Array.from({ length: 41 }, () => ['produce results', 'flush']).flat());
    for (const [ahead, behind] of [
      ['sendOffsets', 'produce results'],
      ['flush', 'commit'],
    ]) {
      const positions = (name: string | undefined): number[] => seen.flatMap((step, at) => (step === name ? [at] : []));
      const later = positions(behind);
      assert.ok(positions(ahead).every((at, batch) => at < (later[batch] ?? -1)));
    }
  }

  for (const guarantee of ['exactly_once', 'at_least_once'] as const) {
    it(`${guarantee}: what is persisted are the batch's own images and offsets, not the live ones, which are ahead`, async () => {
      const daemon = new FakeDaemon(undefined, undefined, { settings: { guarantee }, batch: { maxMessages: 1 } });
      daemon.kafka.add(initRecord({}, { offset: 0, timestampMs: 0 }));
      for (let offset = 0; offset < 9; offset += 1) daemon.kafka.add(requestRecord({}, { offset }));
      const seen: unknown[] = [];
      daemon.steps.before((step) => {
        // The batch before this one is persisted, and up to two more are computed.
        if (step === 'persist') seen.push(daemon.slots.given('process').length);
        return step === 'commit' || step === 'delivered' ? turns(20) : undefined;
      });
      daemon.start(0);
      await daemon.caughtUp(0);
      await daemon.stop();
      const images = daemon.kafka.changelog(0).map(({ value }) => value?.toString('hex'));
      const persisted = daemon.slots.given('persist');
      assert.equal(persisted.length, 10);
      assert.equal(new Set(images).size, 10);
      for (const [at, { marks, images: batch }] of persisted.entries()) {
        assert.deepEqual(marks[0]?.positions, { init: 1, requests: at });
        assert.ok(
          Buffer.from(batch.bytes)
            .toString('hex')
            .includes(images[at] ?? 'no image'),
        );
      }
      assert.ok(seen.some((computed, at) => Number(computed) > at + 1));
    });
  }

  it('each transaction carries the group metadata of the assignment that its batch was read under', async () => {
    const daemon = loaded({ batch: { maxMessages: 1 } });
    const goOn = daemon.steps.hold('sendOffsets');
    daemon.start(0, 1);
    await until(() => daemon.steps.count('process') === 3, 'three batches are computed');
    daemon.input.rebalance('revoke', 0, 1);
    daemon.input.rebalance('assign', 0, 1);
    goOn();
    await daemon.caughtUp(0, 1);
    await daemon.stop();
    const generations = daemon.output.groups.map(({ bytes }) => String(bytes));
    assert.deepEqual(generations, [
      ...Array.from({ length: 3 }, () => 'generation 1'),
      ...Array.from({ length: generations.length - 3 }, () => 'generation 2'),
    ]);
    assert.ok(generations.length > 3);
  });

  it('who is no member any more sends no offsets, for they would be taken unchecked, and waits to hear of it', async () => {
    const daemon = loaded();
    daemon.input.isGivenUp = true;
    daemon.start(0, 1);
    await until(() => daemon.steps.count('generationAfter') === 1, 'it waits for the group');
    daemon.input.isGivenUp = false;
    daemon.input.rebalance('lost', 0, 1);
    daemon.input.rebalance('assign', 0, 1);
    await daemon.caughtUp(0, 1);
    await daemon.stop();
    assert.deepEqual(
      daemon.output.groups.map(({ memberId }) => memberId),
      ['a member'],
    );
    assert.equal(daemon.kafka.produced('results').length, 2);
  });

  it('the changelog position of a batch is one that was known before its transaction began', async () => {
    const daemon = loaded({ clusterId: 'this cluster' });
    const goOn = daemon.steps.hold('commit');
    daemon.start(0, 1);
    await until(() => daemon.steps.count('flush') === 1, 'the transaction is about to be committed');
    daemon.pipeline.noteChangelogEnd(0, 50);
    goOn();
    await daemon.caughtUp(0, 1);
    await until(() => daemon.steps.count('persist') === 2, 'the first batch is persisted');
    assert.equal(daemon.stores.of(0).mark?.changelogPosition, 0);
    daemon.pipeline.noteChangelogEnd(0, 40);
    daemon.pipeline.noteChangelogEnd(7, 99);
    daemon.kafka.add(requestRecord({}, { offset: 1 }));
    await daemon.caughtUp(0);
    await daemon.stop();
    const positions = { init: 1, requests: 2 };
    assert.deepEqual(daemon.stores.of(0).mark, { positions, changelogPosition: 50, clusterId: 'this cluster' });
  });

  it('at_least_once: it stays that of the restore, for a successor may have written below where the changelog ends', async () => {
    const daemon = loaded(atLeastOnce).start(0, 1);
    await until(() => daemon.log.of('ready').length === 1, 'the partitions are ready');
    daemon.pipeline.noteChangelogEnd(0, 50);
    await daemon.caughtUp(0, 1);
    await daemon.stop();
    assert.equal(daemon.stores.of(0).mark?.changelogPosition, 0);
  });

  it('a worker that fails ends the process before anything is produced', async () => {
    for (const [options, before] of [
      [{}, ['begin', 'sendOffsets']],
      [atLeastOnce, [commitOfStart]],
    ] as const) {
      const daemon = loaded(options);
      daemon.steps.failOnce('process', temporary('a worker died'));
      await assert.rejects(daemon.start(0, 1).ended, { exitCode: 75, message: 'a worker died' });
      assert.deepEqual(commitStepsOf(daemon), before);
    }
  });

  it('at_least_once: an undelivered record ends the process (75) before anything later is written', async () => {
    for (const [failing, before] of [
      [1, ['produce results', 'produce status', 'produce deadLetters']],
      [2, ['produce changelog', 'produce changelog']],
    ] as const) {
      const daemon = loaded(atLeastOnce);
      let deliveries = 0;
      daemon.steps.before((step) => {
        if (step === 'delivered' && ++deliveries === failing) throw temporary('a record was not delivered');
      });
      await assert.rejects(daemon.start(0, 1).ended, { exitCode: 75 });
      assert.deepEqual(commitStepsOf(daemon).slice(-before.length), before);
      assert.equal(daemon.stores.of(0).mark, undefined);
      assert.deepEqual([...daemon.kafka.committed.values()], [start, start]);
    }
  });

  it('at_least_once: a batch that is too old for its session is never produced, but computed again', async () => {
    const daemon = loaded({ ...atLeastOnce, longestDelayMs: -1 });
    await assert.rejects(daemon.start(0, 1).ended, { exitCode: 70, message: /5 times in a row/ });
    assert.deepEqual(commitStepsOf(daemon), [commitOfStart]);
    assert.equal(daemon.log.of('aborted').length, 4);
  });
});
