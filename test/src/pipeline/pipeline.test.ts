import assert from 'node:assert/strict';
import { FatalError, needsPerson, temporary } from '../../../src/errors.js';
import { InputTopic } from '../../../src/frames.js';
import { AbortableError } from '../../../src/kafka/failure.js';
import { assertAnswered } from '../../support/fakes/check.js';
import { FakeDaemon } from '../../support/fakes/daemon.js';
import { addRequest, loadedDaemon, processed } from '../../support/fakes/loaded-daemon.js';
import { turn, until } from '../../support/fakes/steps.js';

const exactly = { emit: 'latest', repeats: 'none' } as const;
const abortable = (): AbortableError => new AbortableError('the coordinator moved');

describe('the pipeline', () => {
  it('keeps no more batches in flight than it may, and commits them in their order', async () => {
    const daemon = loadedDaemon({ batch: { maxMessages: 1, inFlight: 2 } });
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
    const daemon = loadedDaemon({ batch: { maxMessages: 5 } });
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
    const daemon = loadedDaemon({ batch: { maxMessages: 4, maxHeldBackMessages: 5 } }, 40);
    daemon.input.slow.add('init-0');
    daemon.start(0, 1);
    await daemon.caughtUp(1);
    await until(() => daemon.input.paused.has('requests-0'), 'the requests of partition 0 are paused');
    const { consumes } = daemon.input;
    await until(() => daemon.input.consumes > consumes + 5, 'the consuming goes on');
    assert.equal(daemon.kafka.committed.get(0), undefined);
    daemon.input.slow.delete('init-0');
    await daemon.caughtUp(0);
    assert.ok(!daemon.input.paused.has('requests-0'));
    assert.ok(!daemon.input.pausedEver.includes('init-0'));
    await daemon.stop();
    assertAnswered(daemon.kafka, exactly);
  });

  it('answers a lone request when it comes', async () => {
    const daemon = loadedDaemon({}, 1).start(0, 1);
    await daemon.caughtUp(0, 1);
    for (const offset of [1, 2]) {
      addRequest(daemon, 1, offset);
      await daemon.caughtUp(1);
    }
    await daemon.stop();
    assertAnswered(daemon.kafka, exactly);
  });

  it('counts what was done when it is committed, not when it is computed', async () => {
    const daemon = loadedDaemon();
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

  for (const [what, error, exitCode] of [
    ['is fenced', new FatalError(76, 'fenced'), 76],
    ["leaves a commit's outcome unknown", temporary('unknown'), 75],
    ['needs a person', needsPerson('full'), 78],
    ['nobody foresaw', new TypeError('no function'), 70],
  ] as const) {
    it(`ends with the exit code of what ${what}, and does nothing further`, async () => {
      const daemon = loadedDaemon({ batch: { maxMessages: 1 } });
      daemon.steps.failOnce('commit', error);
      await assert.rejects(daemon.start(0, 1).ended, { exitCode });
      assert.deepEqual(daemon.steps.only('commit', 'abort', 'persist', 'reload', 'seek'), []);
    });
  }

  it('ends with 75 when a store cannot be written, and commits nothing after it', async () => {
    const daemon = loadedDaemon({ batch: { maxMessages: 1 } });
    daemon.steps.failOnce('persist', temporary('the disk is full'));
    await assert.rejects(daemon.start(0, 1).ended, { exitCode: 75, message: 'the disk is full' });
    assert.ok(daemon.steps.count('commit') <= 2);
  });

  it('ends with what it is told to fail with, also while it waits for its batches', async () => {
    const daemon = loadedDaemon({ batch: { maxMessages: 1, inFlight: 1 } });
    daemon.steps.hold('commit');
    daemon.start(0, 1);
    await processed(daemon, 1);
    daemon.pipeline.fail(temporary('a worker died'));
    await assert.rejects(daemon.ended, { exitCode: 75, message: 'a worker died' });
  });

  it('discards what a consume brings that an interruption overtook', async () => {
    const daemon = loadedDaemon();
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
      const daemon = loadedDaemon({ batch: { maxMessages: 2 } });
      const release = daemon.steps.hold('commit');
      daemon.start(0, 1);
      await processed(daemon, 3);
      const stopped = daemon.stop();
      await turn();
      release();
      await stopped;
      assert.equal(daemon.steps.count('commit'), 3);
      assert.deepEqual(daemon.steps.only('persist', 'close', 'unassign').slice(-3), ['close', 'close', 'unassign']);
      for (const partition of [0, 1]) {
        assert.deepEqual(daemon.stores.of(partition).mark?.positions, daemon.kafka.committed.get(partition));
        assert.equal(daemon.stores.of(partition).isOpen, false);
      }
    });

    it('aborts a transaction that could not be committed, and leaves it to the next start', async () => {
      const daemon = loadedDaemon();
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
      const daemon = loadedDaemon();
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
      const daemon = loadedDaemon();
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
      await assert.rejects(loadedDaemon().start(0, 8).ended, { exitCode: 78, message: /partition 8.*8 partitions/ });
    });

    it('reads no partition whose other topic is not assigned with it, and says so', async () => {
      const daemon = loadedDaemon().start();
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
      const daemon = loadedDaemon();
      daemon.kafka.lowOffsets.set('1-0', 9);
      daemon.kafka.committed.set(0, { init: 0, requests: 3 });
      await assert.rejects(daemon.start(0, 1).ended, { exitCode: 78, message: /3 to 8/ });
    });
  });
});
