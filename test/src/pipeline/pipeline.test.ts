import assert from 'node:assert/strict';
import { FatalError, needsPerson, temporary } from '../../../src/errors.js';
import { InputTopic } from '../../../src/frames.js';
import { AbortableError } from '../../../src/kafka/failure.js';
import { assertAnswered, assertStored } from '../../support/fakes/check.js';
import { FakeDaemon, type FakeDaemonOptions } from '../../support/fakes/daemon.js';
import { initRecord, requestRecord } from '../../support/fakes/records.js';
import { turn, until } from '../../support/fakes/steps.js';

const exactly = { emit: 'latest', repeats: 'none' } as const;
const abortable = (): AbortableError => new AbortableError('the coordinator moved');

/** A daemon with an init and `requests` requests in each of partitions 0 and 1. */
function loaded(options: FakeDaemonOptions = {}, requests = 12): FakeDaemon {
  const daemon = new FakeDaemon(undefined, undefined, options);
  for (const partition of [0, 1]) {
    daemon.kafka.add(initRecord({ eventId: BigInt(partition) }, { partition, offset: 0, timestampMs: 1 }));
    for (let offset = 0; offset < requests; offset += 1) addRequest(daemon, partition, offset);
  }
  return daemon;
}

const addRequest = (daemon: FakeDaemon, partition: number, offset: number): void =>
  daemon.kafka.add(requestRecord({ eventId: BigInt(partition) }, { partition, offset }));

const processed = (daemon: FakeDaemon, count: number): Promise<void> =>
  until(() => daemon.steps.count('process') >= count, `${count} batches are computed`);

describe('the pipeline', () => {
  it('keeps no more batches in flight than it may, and commits them in their order', async () => {
    const daemon = loaded({ batch: { maxMessages: 1, inFlight: 2 } });
    const goOn = daemon.steps.hold('commit');
    daemon.start(0, 1);
    await processed(daemon, 2);
    const { consumes } = daemon.input;
    for (let turns = 0; turns < 50; turns += 1) await turn();
    assert.equal(daemon.slots.given('process').length, 2);
    assert.ok(daemon.input.consumes <= consumes + 2);
    goOn();
    await daemon.caughtUp(0, 1);
    await daemon.stop();
    assertAnswered(daemon.kafka, exactly);
  });

  it('takes no more records into a batch than it may, whatever the merges hold', async () => {
    const daemon = loaded({ batch: { maxMessages: 5 } });
    daemon.start(0, 1);
    await daemon.caughtUp(0, 1);
    await daemon.stop();
    const batches = new Map<number, number>();
    for (const { parts, frames } of daemon.slots.given('process')) {
      assert.ok(frames.count <= 5 && parts.length > 0);
      batches.set(frames.count, (batches.get(frames.count) ?? 0) + 1);
    }
    assertAnswered(daemon.kafka, exactly);
  });

  it('pauses a side that the merge holds back, goes on consuming, and resumes it once the other side comes', async () => {
    const daemon = loaded({ batch: { maxMessages: 4, maxHeldBackMessages: 5 } }, 40);
    daemon.input.slow.add('init-0');
    daemon.start(0, 1);
    await daemon.caughtUp(1);
    await until(() => daemon.input.paused.has('requests-0'), 'the requests of partition 0 are paused');
    const { consumes } = daemon.input;
    await until(() => daemon.input.consumes > consumes + 5, 'the consuming goes on');
    assert.equal(daemon.kafka.committed.get(0), undefined);
    daemon.input.slow.delete('init-0');
    await daemon.caughtUp(0);
    await daemon.stop();
    assert.ok(!daemon.input.paused.has('requests-0'));
    assert.ok(!daemon.input.pausedEver.includes('init-0'));
    assertAnswered(daemon.kafka, exactly);
  });

  it('answers a lone request when it comes', async () => {
    const daemon = loaded({}, 1).start(0, 1);
    await daemon.caughtUp(0, 1);
    for (const offset of [1, 2]) {
      addRequest(daemon, 1, offset);
      await daemon.caughtUp(1);
    }
    await daemon.stop();
    assertAnswered(daemon.kafka, exactly);
  });

  it('counts what was done when it is committed, not when it is computed', async () => {
    const daemon = loaded();
    const goOn = daemon.steps.hold('commit');
    daemon.start(0, 1);
    await processed(daemon, 2);
    daemon.metrics.report();
    goOn();
    await daemon.caughtUp(0, 1);
    await daemon.stop();
    daemon.metrics.report();
    const totals = daemon.log
      .of('metrics')
      .map(({ requestsTotal, confirmedTotal }) => ({ requestsTotal, confirmedTotal }));
    assert.deepEqual(totals, [
      { requestsTotal: 0, confirmedTotal: 0 },
      { requestsTotal: 24, confirmedTotal: 20 },
    ]);
  });

  describe('an abort', () => {
    for (const step of ['begin', 'produce results', 'produce changelog', 'sendOffsets', 'commit']) {
      it(`at ${step} discards what is in flight, aborts, reads the stores, seeks, and computes the same again`, async () => {
        const daemon = loaded({ batch: { maxMessages: 3 } }).start(0, 1);
        daemon.steps.failOnce(step, abortable());
        await daemon.caughtUp(0, 1);
        await daemon.stop();
        const recovery = daemon.steps.only('abort', 'reload', 'seek');
        assert.deepEqual(recovery, [...(step === 'begin' ? [] : ['abort']), 'reload', 'reload', 'seek']);
        assert.deepEqual(daemon.log.of('aborted').length, 1);
        assertAnswered(daemon.kafka, exactly);
        for (const partition of [0, 1]) assertStored(daemon.kafka, partition, daemon.stores.of(partition).images);
      });
    }

    it('goes back to the offsets that were committed by then, of every partition, and to their seat maps', async () => {
      const daemon = loaded({ batch: { maxMessages: 3 } });
      let commits = 0;
      let committed: unknown;
      daemon.steps.before((step) => {
        if (step !== 'commit' || ++commits !== 3) return;
        committed = Object.fromEntries(daemon.kafka.committed);
        throw abortable();
      });
      daemon.start(0, 1);
      await daemon.caughtUp(0, 1);
      await daemon.stop();
      const [sought] = daemon.input.seeks;
      assert.deepEqual(
        { 1: { init: 0, requests: 0 }, ...Object.fromEntries(sought ?? []) },
        {
          1: { init: 0, requests: 0 },
          ...(committed as object),
        },
      );
      assert.ok(sought?.has(0) && sought.has(1));
      assertAnswered(daemon.kafka, exactly);
    });

    it('reads the stores after all that was acknowledged before it is persisted', async () => {
      const daemon = loaded({ batch: { maxMessages: 3 } });
      const begin = daemon.steps.hold('begin');
      const goOn = daemon.steps.hold('persist');
      let commits = 0;
      daemon.steps.before((step) => {
        if (step === 'commit' && ++commits === 2) throw abortable();
      });
      daemon.start(0, 1);
      await processed(daemon, 3);
      begin();
      await until(() => commits === 2, 'the second batch is aborted');
      for (let turns = 0; turns < 20; turns += 1) await turn();
      assert.deepEqual(daemon.steps.only('reload', 'seek'), []);
      goOn();
      await daemon.caughtUp(0, 1);
      await daemon.stop();
      assertAnswered(daemon.kafka, exactly);
    });

    it('of the same records five times in a row ends the process (70)', async () => {
      const daemon = loaded();
      daemon.steps.before((step) => {
        if (step === 'commit') throw abortable();
      });
      await assert.rejects(daemon.start(0, 1).ended, { exitCode: 70, message: /5 times in a row/ });
      assert.equal(daemon.steps.count('abort'), 5);
      assert.equal(daemon.kafka.outputs.length, 0);
    });

    it('of the same records five times ends the process (70), though others are committed in between', async () => {
      const daemon = loaded({ batch: { maxMessages: 1, inFlight: 1 } }, 30);
      let aborts = 0;
      daemon.steps.before((step) => {
        const last = daemon.slots.given('process').at(-1);
        if (step !== 'commit' || last?.parts[0]?.partition !== 1) return;
        aborts += 1;
        // Partition 0 has something new, which comes before what is read again.
        addRequest(daemon, 0, daemon.kafka.range(InputTopic.requests, 0).high);
        throw abortable();
      });
      const outcome = daemon.start(0, 1).ended.then(
        () => 'drained',
        (error: unknown) => (error instanceof FatalError ? error.exitCode : error),
      );
      await until(() => aborts >= 5, 'the records of partition 1 aborted five times');
      for (let turns = 0; turns < 20; turns += 1) await turn();
      daemon.pipeline.stop();
      assert.equal(await outcome, 70);
      assert.equal(aborts, 5);
    });

    it('of five batches with commits in between is none of a series', async () => {
      const daemon = loaded({ batch: { maxMessages: 1 } });
      let commits = 0;
      daemon.steps.before((step) => {
        if (step === 'commit' && ++commits % 2 === 0) throw abortable();
      });
      daemon.start(0, 1);
      await daemon.caughtUp(0, 1);
      await daemon.stop();
      assert.ok(daemon.log.of('aborted').length > 5);
      assertAnswered(daemon.kafka, exactly);
    });
  });

  for (const [what, error, exitCode] of [
    ['is fenced', new FatalError(76, 'fenced'), 76],
    ["leaves a commit's outcome unknown", temporary('unknown'), 75],
    ['needs a person', needsPerson('full'), 78],
    ['nobody foresaw', new TypeError('no function'), 70],
  ] as const) {
    it(`ends with the exit code of what ${what}, and does nothing further`, async () => {
      const daemon = loaded({ batch: { maxMessages: 1 } });
      daemon.steps.failOnce('commit', error);
      await assert.rejects(daemon.start(0, 1).ended, { exitCode });
      assert.equal(daemon.steps.count('begin'), 1);
      assert.deepEqual(daemon.steps.only('abort', 'persist', 'reload', 'seek'), []);
    });
  }

  it('ends with 75 when a store cannot be written, and commits nothing after it', async () => {
    const daemon = loaded({ batch: { maxMessages: 1 } });
    daemon.steps.failOnce('persist', temporary('the disk is full'));
    await assert.rejects(daemon.start(0, 1).ended, { exitCode: 75, message: 'the disk is full' });
    assert.ok(daemon.steps.count('commit') <= 2);
  });

  it('ends with what it is told to fail with, also while it waits for its batches', async () => {
    const daemon = loaded({ batch: { maxMessages: 1, inFlight: 1 } });
    daemon.steps.hold('commit');
    daemon.start(0, 1);
    await processed(daemon, 1);
    daemon.pipeline.fail(temporary('a worker died'));
    await assert.rejects(daemon.ended, { exitCode: 75, message: 'a worker died' });
  });

  it('discards what a consume brings that an interruption overtook', async () => {
    const daemon = loaded();
    const [held, goOn] = [new Set<number>(), { now: (): void => undefined }];
    daemon.steps.before((step) => {
      // The consume that has records in its hands, on the way back.
      if (step !== 'consume' || held.size > 0 || daemon.input.assigned.length === 0) return;
      held.add(daemon.input.consumes);
      return new Promise<void>((resolve) => {
        goOn.now = resolve;
      });
    });
    daemon.start(0, 1);
    await until(() => held.size === 1, 'a consume is outstanding');
    daemon.pipeline.interrupt();
    daemon.input.rebalance('revoke', 0, 1);
    daemon.input.rebalance('assign', 0, 1);
    goOn.now();
    await daemon.caughtUp(0, 1);
    await daemon.stop();
    assert.equal(daemon.slots.given('process')[0]?.parts[0]?.positions.requests, 12);
    assertAnswered(daemon.kafka, exactly);
  });

  describe('a stop', () => {
    it('drains: what is in flight is committed and persisted, then the stores are closed', async () => {
      const daemon = loaded({ batch: { maxMessages: 2 } });
      const goOn = daemon.steps.hold('commit');
      daemon.start(0, 1);
      await processed(daemon, 3);
      const stopped = daemon.stop();
      await turn();
      goOn();
      await stopped;
      assert.equal(daemon.steps.count('commit'), 3);
      assert.deepEqual(daemon.steps.done.slice(-3), ['close', 'close', 'unassign']);
      for (const partition of [0, 1]) {
        assert.deepEqual(daemon.stores.of(partition).mark?.positions, daemon.kafka.committed.get(partition));
        assert.equal(daemon.stores.of(partition).isOpen, false);
      }
    });

    it('aborts a transaction that could not be committed, and leaves it to the next start', async () => {
      const daemon = loaded();
      daemon.steps.before((step) => {
        if (step !== 'commit') return;
        daemon.pipeline.stop();
        throw abortable();
      });
      await daemon.start(0, 1).ended;
      assert.deepEqual(daemon.steps.only('abort', 'seek', 'close'), ['abort', 'close', 'close']);
      const next = new FakeDaemon(daemon.kafka, daemon.stores).start(0, 1);
      await next.caughtUp(0, 1);
      await next.stop();
      assertAnswered(daemon.kafka, exactly);
    });

    it('without an assignment, and during a restore, ends at once and leaves no store open', async () => {
      const idle = new FakeDaemon();
      idle.start();
      await turn();
      await idle.stop();
      const daemon = loaded();
      const goOn = daemon.steps.hold('committed');
      daemon.start(0, 1);
      await until(() => daemon.steps.count('open') === 2, 'the stores are open');
      const stopped = daemon.stop();
      goOn();
      await stopped;
      assert.equal(daemon.steps.count('assign'), 0);
      assert.ok([0, 1].every((partition) => !daemon.stores.of(partition).isOpen));
    });

    it('is no clean one when the process failed meanwhile', async () => {
      const daemon = loaded();
      daemon.steps.before((step) => {
        if (step !== 'commit') return;
        daemon.pipeline.stop();
        throw temporary('unknown outcome');
      });
      await assert.rejects(daemon.start(0, 1).ended, { exitCode: 75 });
    });
  });

  describe('an assignment', () => {
    it('with a partition beyond those of the start needs a person (78)', async () => {
      await assert.rejects(loaded().start(0, 8).ended, { exitCode: 78, message: /partition 8.*8 partitions/ });
    });

    it('reads no partition whose other topic is not assigned with it, and says so', async () => {
      const daemon = loaded().start();
      const unpaired = { topic: InputTopic.requests, partition: 1 };
      daemon.input.rebalanceOf('assign', [
        { topic: InputTopic.init, partition: 0 },
        { topic: InputTopic.requests, partition: 0 },
        unpaired,
      ]);
      await daemon.caughtUp(0);
      await daemon.stop();
      assert.equal(daemon.kafka.committed.has(1), false);
      assert.deepEqual(daemon.log.of('partitionUnpaired'), [{ unpaired: [unpaired] }]);
    });

    it('that cannot be restored ends the process with the reason', async () => {
      const daemon = loaded();
      daemon.kafka.lowOffsets.set('1-0', 9);
      daemon.kafka.committed.set(0, { init: 0, requests: 3 });
      await assert.rejects(daemon.start(0, 1).ended, { exitCode: 78, message: /3 to 8/ });
    });
  });
});
