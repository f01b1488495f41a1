import assert from 'node:assert/strict';
import { InputTopic } from '../../../src/frames.js';
import { AbortableError } from '../../../src/kafka/failure.js';
import { assertAnswered, assertStored } from '../../support/fakes/check.js';
import type { FakeDaemon } from '../../support/fakes/daemon.js';
import { addRequest, loadedDaemon, processed } from '../../support/fakes/loaded-daemon.js';
import { turn, until } from '../../support/fakes/steps.js';

const exactly = { emit: 'latest', repeats: 'none' } as const;

/** Goes on for long enough that anything which is not held would have moved. */
async function assertNothingMoves(daemon: FakeDaemon): Promise<void> {
  const { consumes } = daemon.input;
  const committed = new Map(daemon.kafka.committed);
  const { length } = daemon.kafka.outputs;
  await until(() => daemon.input.consumes > consumes + 20, 'the consuming goes on, for the membership');
  assert.deepEqual(daemon.kafka.committed, committed);
  assert.equal(daemon.kafka.outputs.length, length);
  assert.equal(daemon.lifeCycle.state, 'paused');
  assert.equal(daemon.pipeline.view.batchesInFlight, 0);
}

const addSome = (daemon: FakeDaemon, ...partitions: number[]): void => {
  for (const partition of partitions)
    for (let more = 0; more < 5; more += 1)
      addRequest(daemon, partition, daemon.kafka.range(InputTopic.requests, partition).high);
};

async function finish(daemon: FakeDaemon): Promise<void> {
  await daemon.caughtUp(0, 1);
  await daemon.stop();
  assertAnswered(daemon.kafka, exactly);
  for (const partition of [0, 1]) assertStored(daemon.kafka, partition, daemon.stores.of(partition).images);
}

for (const guarantee of ['exactly_once', 'at_least_once'] as const) {
  describe(`a pause of the pipeline (${guarantee})`, () => {
    const loaded = (requests = 12) => loadedDaemon({ settings: { guarantee }, batch: { maxMessages: 3 } }, requests);

    it('is reached when what is in flight is persisted, moves nothing until it ends, and loses nothing', async () => {
      const daemon = loaded();
      const goOn = daemon.steps.hold('persist');
      daemon.start(0, 1);
      await processed(daemon, 1);
      let isReached = false;
      const pause = daemon.pipeline.pause().then(() => {
        isReached = true;
      });
      for (let turns = 0; turns < 50; turns += 1) await turn();
      assert.ok(!isReached && daemon.lifeCycle.state === 'pausing');
      goOn();
      await pause;
      assert.ok(daemon.steps.count('process') < 8, 'some of the load is left');
      addSome(daemon, 0, 1);
      await assertNothingMoves(daemon);
      daemon.pipeline.resume();
      await finish(daemon);
    });

    it('holds partitions that come during it, and lets them go with the others', async () => {
      const daemon = loaded().start(0);
      await daemon.caughtUp(0);
      await daemon.pipeline.pause();
      daemon.input.rebalance('revoke', 0);
      daemon.input.rebalance('assign', 0, 1);
      await until(() => daemon.pipeline.assigned.length === 2, 'both partitions are ready');
      addSome(daemon, 0, 1);
      await assertNothingMoves(daemon);
      daemon.pipeline.resume();
      await finish(daemon);
    });

    it('keeps what is read again after an abort within it for later', async () => {
      const daemon = loaded();
      let commits = 0;
      const name = guarantee === 'exactly_once' ? 'commit' : 'produce results';
      daemon.steps.before((step) => {
        if (step === name && ++commits === 2) throw new AbortableError('the coordinator moved');
      });
      const goOn = daemon.steps.hold(name);
      daemon.start(0, 1);
      await processed(daemon, 2);
      const pause = daemon.pipeline.pause();
      goOn();
      await pause;
      await assertNothingMoves(daemon);
      daemon.pipeline.resume();
      await finish(daemon);
    });

    it('is drained from as from a run', async () => {
      const daemon = loaded().start(0, 1);
      await processed(daemon, 1);
      await daemon.pipeline.pause();
      await daemon.stop();
      assert.equal(daemon.lifeCycle.state, 'draining');
      await assert.rejects(daemon.pipeline.pause(), { exitCode: 75, message: /stopping/ });
    });
  });
}

describe('a pause of the pipeline', () => {
  it('that is ended before it is reached is refused, and the run goes on', async () => {
    const daemon = loadedDaemon();
    const goOn = daemon.steps.hold('commit');
    daemon.start(0, 1);
    await processed(daemon, 1);
    const pause = assert.rejects(daemon.pipeline.pause(), { exitCode: 75, message: /ended before it was reached/ });
    await until(() => daemon.lifeCycle.state === 'pausing', 'it is asked for');
    daemon.pipeline.resume();
    await pause;
    goOn();
    await finish(daemon);
  });

  it('that is not reached when the process stops is refused', async () => {
    const daemon = loadedDaemon();
    const goOn = daemon.steps.hold('commit');
    daemon.start(0, 1);
    await processed(daemon, 1);
    const pause = assert.rejects(daemon.pipeline.pause(), { exitCode: 75, message: /stopping/ });
    await turn();
    const stopped = daemon.stop();
    goOn();
    await stopped;
    await pause;
  });

  it('leaves a side alone that the merge holds back', async () => {
    const daemon = loadedDaemon({ batch: { maxMessages: 4, maxHeldBackMessages: 5 } }, 40);
    daemon.input.slow.add('init-0');
    daemon.start(0, 1);
    await until(() => daemon.input.paused.has('requests-0'), 'the requests of partition 0 are held back');
    await daemon.pipeline.pause();
    daemon.pipeline.resume();
    await until(() => !daemon.input.paused.has('requests-1'), 'the others go on');
    assert.ok(daemon.input.paused.has('requests-0'));
    daemon.input.slow.delete('init-0');
    await finish(daemon);
  });

  it('does not take an end for known that was told before it', async () => {
    const daemon = loadedDaemon({}, 1).start(0, 1);
    await daemon.caughtUp(0, 1);
    await daemon.pipeline.pause();
    addRequest(daemon, 0, 1);
    daemon.pipeline.resume();
    daemon.input.slow.add('init-0');
    const { consumes } = daemon.input;
    await until(() => daemon.input.consumes > consumes + 5, 'the request has come');
    assert.equal(daemon.kafka.committed.get(0)?.requests, 1);
    daemon.input.slow.delete('init-0');
    await finish(daemon);
  });
});
