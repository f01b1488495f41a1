import assert from 'node:assert/strict';
import { FatalError, temporary } from '../../../src/errors.js';
import { AbortableError } from '../../../src/kafka/failure.js';
import { Assignment } from '../../../src/pipeline/assignment.js';
import type { Batch } from '../../../src/pipeline/batch.js';
import type { Commit, Committed } from '../../../src/pipeline/commit.js';
import { InFlight } from '../../../src/pipeline/in-flight.js';
import { metadataOf } from '../../support/fakes/input.js';
import { turn } from '../../support/fakes/steps.js';

/** A promise that the test settles. */
class Deferred<T> {
  resolve: (value: T) => void = () => undefined;
  reject: (error: unknown) => void = () => undefined;
  readonly promise = new Promise<T>((resolve, reject) => {
    this.resolve = resolve;
    this.reject = reject;
  });
}

class HeldCommit implements Commit {
  readonly begun: Batch[] = [];
  readonly calls: Deferred<Committed>[] = [];

  async abort(): Promise<void> {}
  commit(batch: Batch): Promise<Committed> {
    const call = new Deferred<Committed>();
    this.begun.push(batch);
    this.calls.push(call);
    return call.promise;
  }
}

const persisted = (promise: Promise<unknown> = Promise.resolve()): Committed => ({
  results: [],
  persisted: promise.then(() => ({})),
});
const batchOf = (slots: Batch['slots'] = []): Batch => ({
  ...{ epoch: 0, assignment: new Assignment([], metadataOf(1)) },
  ...{ messages: 1, ends: new Map(), slots, dispatchedAtMs: 0 },
});

describe('the batches in flight', () => {
  let commit: HeldCommit;
  let inFlight: InFlight;
  let told: string[];
  let fatal: FatalError | undefined;
  beforeEach(() => {
    commit = new HeldCommit();
    told = [];
    fatal = undefined;
    inFlight = new InFlight({
      commit,
      onCommitted: (batch) => told.push(`committed ${commit.begun.indexOf(batch)}`),
      onAborted: ({ batch }) => told.push(`aborted ${commit.begun.indexOf(batch)}`),
      onFatal: (error) => {
        fatal ??= error;
      },
      onProgress: () => told.push('progress'),
    });
  });
  const add = (count: number): void => {
    for (let at = 0; at < count; at += 1) inFlight.add(batchOf());
  };

  it('are given to the commit at once, in the order they came in', async () => {
    add(3);
    assert.equal(new Set(commit.begun).size, 3);
    for (const call of commit.calls) {
      call.resolve(persisted());
      await turn();
    }
    await inFlight.settled();
    assert.deepEqual(
      told.filter((one) => one !== 'progress'),
      ['committed 0', 'committed 1', 'committed 2'],
    );
  });

  it('are in flight until they are persisted; the next is committed meanwhile', async () => {
    const writing = new Deferred<void>();
    add(2);
    await turn();
    commit.calls[0]!.resolve(persisted(writing.promise));
    await turn();
    assert.equal(commit.calls.length, 2);
    assert.equal(inFlight.count, 2);
    assert.deepEqual(told, []);
    writing.resolve();
    await turn();
    assert.equal(inFlight.count, 1);
    assert.deepEqual(told, ['committed 0', 'progress']);
  });

  it('behind one that aborts are discarded, once they are computed; those after it was settled are not', async () => {
    const computed = new Deferred<never>();
    add(1);
    inFlight.add(batchOf([{ slot: 0, partitions: [0], result: computed.promise }]));
    await turn();
    commit.calls[0]!.reject(new AbortableError('try again'));
    commit.calls[1]!.reject(new AbortableError('the one before was aborted'));
    await turn();
    assert.equal(inFlight.count, 1);
    computed.reject(new Error('nobody asks for it any more'));
    await inFlight.settled();
    assert.equal(inFlight.count, 0);
    assert.deepEqual(told, ['aborted 0', 'progress', 'progress']);
    add(1);
    assert.equal(commit.calls.length, 3);
  });

  it('are settled only when those of before an abort are persisted, too', async () => {
    const writing = new Deferred<void>();
    add(2);
    await turn();
    commit.calls[0]!.resolve(persisted(writing.promise));
    await turn();
    commit.calls[1]!.reject(new AbortableError('try again'));
    let settled = false;
    const waiting = inFlight.settled().then(() => {
      settled = true;
    });
    await turn();
    assert.equal(settled, false);
    writing.resolve();
    await waiting;
    assert.deepEqual(told, ['aborted 1', 'progress', 'committed 0', 'progress']);
  });

  it('are not given to the commit any more once all are to be discarded, and what fails then is no abort', async () => {
    add(1);
    inFlight.discardAll();
    add(1);
    commit.calls[0]!.reject(new AbortableError('the assignment was lost'));
    await inFlight.settled();
    assert.equal(commit.calls.length, 1);
    assert.equal(inFlight.count, 0);
    assert.deepEqual(told, ['progress', 'progress']);
  });

  for (const [what, given, exitCode] of [
    ['fatal to the producer keep their exit code', temporary('the producer is gone'), 75],
    ['nobody foresaw end the process with 70', new TypeError('undefined is not a function'), 70],
  ] as const) {
    it(`errors that ${what}, and nothing is given to the commit after them`, async () => {
      add(1);
      commit.calls[0]!.reject(given);
      await turn();
      assert.ok(fatal instanceof FatalError);
      assert.equal(fatal.exitCode, exitCode);
      await inFlight.settled();
      assert.deepEqual(told, ['progress']);
    });
  }

  it('whose persisting fails end the process, for the store is behind what Kafka has', async () => {
    const writing = new Deferred<void>();
    add(1);
    await turn();
    commit.calls[0]!.resolve(persisted(writing.promise));
    await turn();
    writing.reject(temporary('the disk is full'));
    await inFlight.settled();
    assert.equal(fatal?.exitCode, 75);
    assert.deepEqual(told, ['progress']);
  });
});
