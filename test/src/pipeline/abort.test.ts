import assert from 'node:assert/strict';
import { FatalError } from '../../../src/errors.js';
import { InputTopic } from '../../../src/frames.js';
import { AbortableError } from '../../../src/kafka/failure.js';
import { assertAnswered, assertStored } from '../../support/fakes/check.js';
import { addRequest, loadedDaemon, processed } from '../../support/fakes/loaded-daemon.js';
import { turn, until } from '../../support/fakes/steps.js';

const exactly = { emit: 'latest', repeats: 'none' } as const;
const abortable = (): AbortableError => new AbortableError('the coordinator moved');

describe('an abort of the pipeline', () => {
  for (const step of ['begin', 'produce results', 'produce changelog', 'sendOffsets', 'commit']) {
    it(`at ${step} discards what is in flight, aborts, reads the stores, seeks, and computes the same again`, async () => {
      const daemon = loadedDaemon({ batch: { maxMessages: 3 } }).start(0, 1);
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
    const daemon = loadedDaemon({ batch: { maxMessages: 3 } });
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
    const daemon = loadedDaemon({ batch: { maxMessages: 3 } });
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
    const daemon = loadedDaemon();
    daemon.steps.before((step) => {
      if (step === 'commit') throw abortable();
    });
    await assert.rejects(daemon.start(0, 1).ended, { exitCode: 70, message: /5 times in a row/ });
    assert.equal(daemon.steps.count('abort'), 5);
    assert.equal(daemon.kafka.outputs.length, 0);
  });

  it('of the same records five times ends the process (70), though others are committed in between', async () => {
    const daemon = loadedDaemon({ batch: { maxMessages: 1, inFlight: 1 } }, 30);
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
    const daemon = loadedDaemon({ batch: { maxMessages: 1 } });
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
