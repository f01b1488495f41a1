import assert from 'node:assert/strict';
import { InputTopic } from '../../../src/frames.js';
import { AbortableError } from '../../../src/kafka/failure.js';
import { assertAnswered, assertStored } from '../../support/fakes/check.js';
import { FakeDaemon, type FakeDaemonOptions } from '../../support/fakes/daemon.js';
import { initRecord, requestRecord } from '../../support/fakes/records.js';
import { turn, until } from '../../support/fakes/steps.js';

const exactly = { emit: 'latest', repeats: 'none' } as const;
const partitions = [0, 1, 2];

/** A member under KIP-848, with a section and a request for it in each of three partitions. */
function loaded(options: FakeDaemonOptions = {}): FakeDaemon {
  const daemon = new FakeDaemon(undefined, undefined, options);
  daemon.input.isIncremental = true;
  for (const partition of partitions) {
    daemon.kafka.add(initRecord({ eventId: BigInt(partition) }, { partition, offset: 0, timestampMs: 1 }));
    ask(daemon, partition);
  }
  return daemon;
}

/** A request more for the section of a partition. */
function ask({ kafka }: FakeDaemon, partition: number): void {
  const offset = kafka.range(InputTopic.requests, partition).high;
  kafka.add(requestRecord({ eventId: BigInt(partition) }, { partition, offset }));
}

/** Another instance takes partitions over and finishes the work there is. */
async function finishElsewhere({ kafka, stores }: FakeDaemon, ...taken: number[]): Promise<void> {
  const other = new FakeDaemon(kafka, stores).start(...taken);
  await other.caughtUp(...taken);
  await other.stop();
}

async function turns(count: number): Promise<void> {
  for (let at = 0; at < count; at += 1) await turn();
}

async function finish(daemon: FakeDaemon): Promise<void> {
  await daemon.stop();
  assertAnswered(daemon.kafka, exactly);
  for (const partition of partitions) assertStored(daemon.kafka, partition, daemon.stores.of(partition).images);
}

const inputsOf = (...numbers: number[]): string[] =>
  numbers.flatMap((number) => [`init-${number}`, `requests-${number}`]);

describe('an incremental rebalance of the pipeline', () => {
  it('answers the partitions that stay while others are restored, however long that takes', async () => {
    const daemon = loaded().start(0);
    await daemon.caughtUp(0);
    const goOn = daemon.steps.hold('committed');
    daemon.input.rebalance('assign', 1, 2);
    await until(() => daemon.steps.count('open') === 3, 'the new stores are open');
    for (let round = 0; round < 3; round += 1) {
      ask(daemon, 0);
      await daemon.caughtUp(0);
    }
    assert.deepEqual(daemon.input.assigned, inputsOf(0));
    goOn();
    await daemon.caughtUp(0, 1, 2);
    assert.deepEqual(daemon.steps.only('seek', 'close', 'unassign'), []);
    await finish(daemon);
  });

  it('opens one store after the other, and batches of partitions that stay come in between', async () => {
    const daemon = loaded().start(0);
    await daemon.caughtUp(0);
    const goOn = daemon.steps.hold('open');
    daemon.input.rebalance('assign', 2, 4);
    await until(() => daemon.slots.given('open').length === 2, 'the first of two stores in one slot is being opened');
    ask(daemon, 0);
    await until(() => daemon.slots.given('process').length === 2, 'a batch waits in that slot');
    goOn();
    await daemon.caughtUp(0, 2);
    const order = daemon.slots.tasks.filter(({ task: { kind } }) => kind === 'open' || kind === 'process');
    assert.deepEqual(
      order.slice(0, 5).map(({ task }) => task.kind),
      ['open', 'process', 'open', 'process', 'open'],
    );
    await finishElsewhere(daemon, 1);
    await finish(daemon);
  });

  it('takes up what was restored beside what is read, which is neither sought nor paused', async () => {
    const daemon = loaded().start(0);
    await daemon.caughtUp(0);
    daemon.input.rebalance('assign', 2);
    await daemon.caughtUp(2);
    daemon.input.rebalance('assign', 1);
    ask(daemon, 0);
    ask(daemon, 2);
    await daemon.caughtUp(0, 1, 2);
    assert.deepEqual(daemon.input.assigned, inputsOf(0, 2, 1));
    assert.deepEqual(daemon.input.pausedEver, []);
    assert.equal(daemon.log.of('ready').length, 3);
    await finish(daemon);
  });

  it('a revoke waits for the batches that hold its partitions, and for no other', async () => {
    const daemon = loaded().start(0, 1);
    await daemon.caughtUp(0, 1);
    let commits = 0;
    const gates: (() => void)[] = [];
    daemon.steps.before((step) => {
      if (step !== 'commit') return;
      commits += 1;
      return new Promise<void>((resolve) => gates.push(resolve));
    });
    ask(daemon, 1);
    await until(() => commits === 1, 'a batch of partition 1 is about to be committed');
    ask(daemon, 0);
    const { length: processed } = daemon.slots.given('process');
    await until(() => daemon.slots.given('process').length > processed, 'a batch of partition 0 follows it');
    daemon.input.rebalance('revoke', 1);
    await turns(20);
    assert.deepEqual(daemon.steps.only('close', 'unassign'), []);
    gates[0]?.();
    await until(() => daemon.steps.count('unassign') === 1, 'partition 1 is given back');
    assert.equal(daemon.kafka.committed.get(0)?.requests, 1);
    assert.deepEqual(daemon.stores.of(1).mark?.positions, { init: 1, requests: 2 });
    assert.ok(daemon.stores.of(0).isOpen && !daemon.stores.of(1).isOpen);
    assert.deepEqual(daemon.input.assigned, inputsOf(0));
    await until(() => commits === 2, 'the batch of partition 0 is about to be committed');
    gates[1]?.();
    await daemon.caughtUp(0);
    await finishElsewhere(daemon, 1, 2);
    await finish(daemon);
  });

  it('nothing new of the partitions that go is begun, and the others go on where they were', async () => {
    const daemon = loaded({ batch: { maxMessages: 1 } }).start(0, 1);
    const goOn = daemon.steps.hold('close');
    await daemon.caughtUp(0, 1);
    daemon.input.rebalance('revoke', 1);
    ask(daemon, 1);
    ask(daemon, 0);
    await until(() => daemon.slots.given('close').length === 1, 'the store is about to be closed');
    assert.deepEqual(daemon.slots.given('close')[0]?.partitions, [1]);
    goOn();
    await daemon.caughtUp(0);
    assert.equal(daemon.kafka.committed.get(1)?.requests, 1);
    assert.deepEqual(daemon.steps.only('seek', 'reload'), []);
    await finishElsewhere(daemon, 1, 2);
    await finish(daemon);
  });

  it('an abort inside a revoke takes back what stays, seeks that only, and leaves the rest to the next owner', async () => {
    const daemon = loaded();
    let fail: (() => void) | undefined;
    daemon.steps.before((step) => {
      if (step !== 'commit' || fail !== undefined) return;
      return new Promise<void>((_, reject) => {
        fail = () => reject(new AbortableError('the coordinator moved'));
      });
    });
    daemon.start(0, 1);
    await until(() => fail !== undefined, 'a batch of both is about to be committed');
    daemon.input.rebalance('revoke', 1);
    await turns(5);
    fail?.();
    await until(() => daemon.steps.count('unassign') === 1, 'partition 1 is given back');
    await daemon.caughtUp(0);
    assert.deepEqual(
      daemon.input.seeks.map((sought) => [...sought.keys()]),
      [[0]],
    );
    assert.deepEqual(
      daemon.slots.given('reload').map((task) => task.partitions),
      [[0]],
    );
    assert.deepEqual(daemon.steps.only('abort', 'reload', 'seek', 'close', 'unassign'), [
      ...['abort', 'reload', 'seek', 'close', 'unassign'],
    ]);
    assert.equal(daemon.kafka.committed.has(1), false);
    await finishElsewhere(daemon, 1, 2);
    await finish(daemon);
  });

  it('an abort does not disturb a restore that goes on beside it', async () => {
    const daemon = loaded().start(0);
    await daemon.caughtUp(0);
    const goOn = daemon.steps.hold('committed');
    daemon.input.rebalance('assign', 1);
    await until(() => daemon.steps.count('open') === 2, 'the new store is open');
    daemon.steps.failOnce('commit', new AbortableError('the coordinator moved'));
    ask(daemon, 0);
    await daemon.caughtUp(0);
    assert.equal(daemon.log.of('aborted').length, 1);
    goOn();
    await daemon.caughtUp(1);
    assert.deepEqual([daemon.steps.count('open'), daemon.steps.count('close')], [2, 0]);
    await finishElsewhere(daemon, 2);
    await finish(daemon);
  });

  it('what is taken back while it is restored is closed; the rest of what came with it is restored all the same', async () => {
    const daemon = loaded().start(0);
    await daemon.caughtUp(0);
    const goOn = daemon.steps.hold('committed');
    daemon.input.rebalance('assign', 1, 2);
    await until(() => daemon.steps.count('open') === 3, 'the new stores are open');
    daemon.input.rebalance('revoke', 1);
    await turns(5);
    assert.equal(daemon.steps.count('unassign'), 0);
    goOn();
    await daemon.caughtUp(0, 2);
    assert.equal(daemon.steps.count('unassign'), 1);
    assert.deepEqual(daemon.input.assigned, inputsOf(0, 2));
    assert.equal(daemon.stores.of(1).isOpen, false);
    await finishElsewhere(daemon, 1);
    await finish(daemon);
  });

  it('partitions that come while others go wait until those are gone', async () => {
    const daemon = loaded().start(0, 1);
    await daemon.caughtUp(0, 1);
    const goOn = daemon.steps.hold('close');
    daemon.input.rebalance('revoke', 1);
    daemon.input.rebalance('assign', 1, 2);
    await until(() => daemon.slots.given('close').length === 1, 'the store is about to be closed');
    await turns(20);
    assert.deepEqual([daemon.log.of('assigned').length, daemon.steps.count('open')], [1, 2]);
    goOn();
    ask(daemon, 1);
    await daemon.caughtUp(0, 1, 2);
    await finish(daemon);
  });

  it('a lost assignment is all of it: what is read, and what is being restored', async () => {
    const daemon = loaded().start(0);
    await daemon.caughtUp(0);
    const [goOn, release] = [daemon.steps.hold('committed'), daemon.steps.hold('process')];
    daemon.input.rebalance('assign', 1);
    await until(() => daemon.steps.count('open') === 2, 'the new store is open');
    ask(daemon, 0);
    await until(() => daemon.slots.given('process').length === 2, 'a batch is in flight');
    daemon.input.rebalance('lost', 0, 1);
    await turns(5);
    release();
    goOn();
    await until(() => daemon.steps.count('unassign') === 1, 'everything is given up');
    assert.deepEqual(daemon.input.assigned, []);
    assert.ok(partitions.every((partition) => !daemon.stores.of(partition).isOpen));
    assert.equal(daemon.kafka.committed.get(0)?.requests, 1);
    assert.deepEqual(daemon.steps.only('seek', 'reload'), []);
    daemon.input.rebalance('assign', 0, 2);
    await daemon.caughtUp(0, 2);
    await finishElsewhere(daemon, 1);
    await finish(daemon);
  });

  it('waits for the ends of the inputs anew: records may have come on either side while nothing was fetched', async () => {
    const daemon = loaded().start(0, 1);
    await daemon.caughtUp(0, 1);
    daemon.input.slow.add('init-0');
    daemon.input.rebalance('revoke', 1);
    await until(() => daemon.steps.count('unassign') === 1, 'partition 1 is given back');
    ask(daemon, 0);
    await turns(20);
    assert.equal(daemon.kafka.committed.get(0)?.requests, 1);
    daemon.input.slow.delete('init-0');
    await daemon.caughtUp(0);
    await finishElsewhere(daemon, 1, 2);
    await finish(daemon);
  });

  it('a partition is read once both its topics came, and given back when one of them goes', async () => {
    const [init, requests] = [InputTopic.init, InputTopic.requests].map((topic) => ({ topic, partition: 1 }));
    assert.ok(init !== undefined && requests !== undefined);
    const daemon = loaded().start(0);
    daemon.input.rebalanceOf('assign', [init]);
    await daemon.caughtUp(0);
    assert.deepEqual(daemon.log.of('partitionUnpaired'), [{ unpaired: [init] }]);
    daemon.input.rebalanceOf('assign', [requests]);
    await daemon.caughtUp(1);
    daemon.input.rebalanceOf('revoke', [init]);
    await until(() => daemon.steps.count('unassign') === 1, 'partition 1 is given back');
    assert.deepEqual(daemon.input.assigned, inputsOf(0));
    daemon.input.rebalanceOf('revoke', [requests]);
    await until(() => daemon.steps.count('unassign') === 2, 'that is answered too');
    await finishElsewhere(daemon, 1, 2);
    await finish(daemon);
  });

  it('a stop while partitions come and others go closes all stores, and commits what is in flight', async () => {
    const daemon = loaded().start(0, 1);
    await daemon.caughtUp(0, 1);
    const [goOn, release] = [daemon.steps.hold('committed'), daemon.steps.hold('commit')];
    daemon.input.rebalance('assign', 2);
    await until(() => daemon.steps.count('open') === 3, 'the new store is open');
    for (const partition of [0, 1]) ask(daemon, partition);
    await until(() => daemon.steps.count('flush') === 2, 'a batch is about to be committed');
    daemon.input.rebalance('revoke', 1);
    await turns(5);
    const stopped = daemon.stop();
    await turns(5);
    release();
    goOn();
    await stopped;
    assert.deepEqual(daemon.input.assigned, []);
    assert.ok(partitions.every((partition) => !daemon.stores.of(partition).isOpen));
    assert.deepEqual(
      [0, 1].map((partition) => daemon.kafka.committed.get(partition)?.requests),
      [2, 2],
    );
    await finishElsewhere(daemon, 2);
    assertAnswered(daemon.kafka, exactly);
  });
});

describe("the member's epoch", () => {
  const refused = (): AbortableError =>
    new AbortableError('refused', { cause: Object.assign(new Error('generation'), { code: 22 }) });
  const carried = ({ output }: FakeDaemon): number[] => output.groups.map(({ generation }) => generation);

  it('that rose without a rebalance is in the next transaction, and nothing is aborted', async () => {
    const daemon = loaded().start(0);
    await daemon.caughtUp(0);
    daemon.input.generation += 1;
    ask(daemon, 0);
    await daemon.caughtUp(0);
    assert.deepEqual(carried(daemon), [1, 2]);
    await daemon.stop();
    assert.equal(daemon.log.of('aborted').length, 0);
  });

  it('that was refused is not sent again: the next one is waited for before anything is read again', async () => {
    const daemon = loaded();
    daemon.steps.failOnce('sendOffsets', refused());
    daemon.start(0);
    await until(() => daemon.steps.count('generationAfter') === 1, 'the next epoch is waited for');
    await turns(20);
    assert.deepEqual(daemon.steps.only('abort', 'reload', 'seek'), ['abort']);
    daemon.input.generation += 1;
    await daemon.caughtUp(0);
    assert.deepEqual(carried(daemon), [2]);
    assert.equal(daemon.log.of('aborted').length, 1);
    await daemon.stop();
  });

  it('that was refused because the assignment is lost is given up with it', async () => {
    const daemon = loaded();
    daemon.steps.failOnce('sendOffsets', refused());
    daemon.start(0);
    await until(() => daemon.steps.count('generationAfter') === 1, 'the next epoch is waited for');
    daemon.input.rebalance('lost', 0);
    await until(() => daemon.steps.count('unassign') === 1, 'the partition is given up');
    assert.deepEqual(daemon.steps.only('seek'), []);
    await finishElsewhere(daemon, ...partitions);
    await finish(daemon);
  });
});
