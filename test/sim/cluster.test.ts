import assert from 'node:assert/strict';
import { later } from '../../sim/client/later.js';
import { ConsumerGroup } from '../../sim/cluster/consumer-group.js';
import { nobody, range } from '../../sim/cluster/group.js';
import { GroupOffsets } from '../../sim/cluster/group-offsets.js';
import { PartitionLog } from '../../sim/cluster/partition-log.js';
import { Transaction } from '../../sim/cluster/transaction.js';
import { TransactionCoordinator } from '../../sim/cluster/transaction-coordinator.js';
import { EventQueue } from '../../sim/event-queue.js';
import { Latencies } from '../../sim/latencies.js';
import { Schedule } from '../../sim/schedule.js';
import { Random } from '../support/random.js';

const recordOf = (key: string) => ({ key: Buffer.from(key), value: Buffer.from(key), timestampMs: 1, headers: {} });
const keysOf = (log: PartitionLog): string[] => log.committed().map(({ key, offset }) => `${key}@${offset}`);
const at = (requests: number) => new Map([[0, { init: 0, requests }]]);

describe('the simulated log', () => {
  it('ends, for a reader of committed records, where the first open transaction begins; markers take offsets', () => {
    const log = new PartitionLog('a topic', 0, 5);
    const [open, aborted] = [new Transaction('open'), new Transaction('aborted')];
    log.append(recordOf('a'));
    aborted.append(log, recordOf('b'));
    open.append(log, recordOf('c'));
    log.append(recordOf('d'));
    assert.deepEqual([log.low, log.lastStable, log.high], [5, 6, 9]);
    assert.deepEqual(keysOf(log), ['a@5']);
    log.end(aborted, 'aborted');
    assert.deepEqual([log.lastStable, log.high], [7, 10]);
    log.end(open, 'committed');
    assert.deepEqual([log.lastStable, log.high], [11, 11]);
    assert.deepEqual(keysOf(log), ['a@5', 'c@7', 'd@8']);
  });

  it('keeps the last committed record of a key when it is compacted, at its offset', () => {
    const log = new PartitionLog('a topic', 0);
    for (const key of ['a', 'b', 'a', 'c']) log.append(recordOf(key));
    const aborted = new Transaction('aborted');
    aborted.append(log, recordOf('c'));
    log.end(aborted, 'aborted');
    log.compact();
    assert.deepEqual(keysOf(log), ['b@1', 'a@2', 'c@3']);
    assert.equal(log.high, 6);
  });
});

describe('the simulated coordinators', () => {
  function coordinator(): { schedule: Schedule; offsets: GroupOffsets; transactions: TransactionCoordinator } {
    const schedule = new Schedule();
    const latencies = new Latencies(new Random(1), { markersPercent: 0, othersPercent: 0 });
    const offsets = new GroupOffsets(() => undefined);
    const options = { schedule, latencies, offsets, timeoutMs: 10_000, onDecided: () => undefined };
    return { schedule, offsets, transactions: new TransactionCoordinator(options) };
  }
  const epochOf = (transactions: TransactionCoordinator, id = 'an id') => {
    const epoch = transactions.init(id);
    assert.ok(epoch !== later);
    return epoch;
  };

  it('a transaction is decided at once, and each of its markers comes in its own time', async () => {
    const { schedule, offsets, transactions } = coordinator();
    const log = new PartitionLog('a topic', 0);
    const by = epochOf(transactions);
    transactions.append(by, log, [recordOf('a')]);
    transactions.addOffsets(by, at(1));
    transactions.end(by, 'committed');
    assert.deepEqual([keysOf(log), offsets.get(0), offsets.isStable([0])], [[], undefined, false]);
    assert.equal(transactions.append(by, log, [recordOf('b')]), later);
    while (!transactions.isQuiet) await schedule.next();
    assert.deepEqual([keysOf(log), offsets.get(0), offsets.isStable([0])], [['a@0'], at(1).get(0), true]);
  });

  it('who takes a transactional.id aborts what is open under it and fences who had it', async () => {
    const { schedule, transactions } = coordinator();
    const log = new PartitionLog('a topic', 0);
    const by = epochOf(transactions);
    transactions.append(by, log, [recordOf('a')]);
    assert.equal(transactions.init('an id'), later);
    assert.throws(() => transactions.end(by, 'committed'), { code: -144, isFatal: true });
    while (!transactions.isQuiet) await schedule.next();
    epochOf(transactions);
    assert.deepEqual(keysOf(log), []);
  });

  it('a transaction that stays open for too long is aborted, and its producer is fenced', async () => {
    const { schedule, transactions } = coordinator();
    const by = epochOf(transactions);
    transactions.append(by, new PartitionLog('a topic', 0), [recordOf('a')]);
    while (schedule.nowMs < 10_000) await schedule.next();
    assert.ok(transactions.isFenced(by));
  });

  it('of two transactions the group keeps the offsets that were sent later, whichever takes effect later', () => {
    const offsets = new GroupOffsets(() => undefined);
    const [first, second] = [new Transaction('first'), new Transaction('second')];
    offsets.add(first, at(1));
    offsets.add(second, at(2));
    for (const one of [second, first]) {
      one.outcome = 'committed';
      offsets.end(one);
    }
    assert.deepEqual(offsets.get(0), at(2).get(0));
  });

  it('partitions move once they were given back, and the epoch rises for who keeps what it has as well', () => {
    const group = new ConsumerGroup(2);
    const beat = (memberId: string, epoch: number, ...owned: number[]) => {
      const answer = group.heartbeat({ memberId, epoch, owned: new Set(owned) });
      assert.ok(answer !== 'fenced');
      return [answer.epoch, ...answer.assigned];
    };
    assert.deepEqual(beat('a', 0), [1, 0, 1]);
    assert.deepEqual(beat('b', 0), [2]);
    assert.deepEqual(beat('a', 1, 0, 1), [1, 0], 'asked to give 1 back, and still in the old epoch');
    assert.deepEqual(beat('b', 2), [2]);
    assert.deepEqual(beat('a', 1, 0), [2, 0]);
    assert.deepEqual(beat('b', 2), [2, 1]);
    assert.throws(() => group.validate({ memberId: 'a', generation: 1 }, true), { code: 22 });
    group.validate({ memberId: 'a', generation: 2 }, true);
    group.remove('a');
    assert.equal(group.heartbeat({ memberId: 'a', epoch: 2, owned: new Set([0]) }), 'fenced');
    assert.throws(() => group.validate({ memberId: 'a', generation: 2 }, true), { code: 25 });
    group.validate(nobody, true);
  });

  it('range gives contiguous shares, in the order of the members', () => {
    assert.deepEqual(
      [...range(5, ['b', 'a'])],
      [
        ['a', [0, 1, 2]],
        ['b', [3, 4]],
      ],
    );
  });
});

describe('the simulated time', () => {
  it('brings events in the order of their time, and of their making at one time', () => {
    const queue = new EventQueue<{ readonly atMs: number; readonly sequence: number }>();
    const random = new Random(3);
    for (let sequence = 0; sequence < 500; sequence += 1) queue.push({ atMs: random.whole(0, 50), sequence });
    const popped = Array.from({ length: 500 }, () => queue.pop());
    const sorted = [...popped].sort(
      (a, b) => (a?.atMs ?? 0) - (b?.atMs ?? 0) || (a?.sequence ?? 0) - (b?.sequence ?? 0),
    );
    assert.deepEqual(popped, sorted);
    assert.equal(queue.pop(), undefined);
  });

  it('lets nothing of a paused owner happen before it goes on, in its order, and nothing ever of one that is gone', async () => {
    const schedule = new Schedule();
    const seen: string[] = [];
    const [paused, gone] = [
      { isGone: false, pausedUntilMs: 100 },
      { isGone: true, pausedUntilMs: 0 },
    ];
    schedule.after(1, () => seen.push('first'), paused);
    schedule.after(2, () => seen.push('second'), paused);
    schedule.after(3, () => seen.push('never'), gone);
    schedule.after(4, () => seen.push('meanwhile'));
    while (await schedule.next());
    assert.deepEqual(seen, ['meanwhile', 'first', 'second']);
    assert.equal(schedule.nowMs, 100);
  });
});
