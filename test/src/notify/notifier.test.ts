import assert from 'node:assert/strict';
import { LifeCycle } from '../../../src/life-cycle.js';
import { Notifier } from '../../../src/notify/notifier.js';
import type { Pulse } from '../../../src/notify/pulse.js';
import type { Assignments } from '../../../src/notify/service-manager.js';
import { MemoryLog } from '../../support/fakes/log.js';
import { until } from '../../support/fakes/steps.js';

const watchdogMs = 20;

describe('the notification of systemd', () => {
  let sent: Assignments[];
  let lifeCycle: LifeCycle;
  let log: MemoryLog;
  let pulse: () => Pulse | undefined;
  let pings: number;
  let notifier: Notifier;
  beforeEach(() => {
    sent = [];
    pings = 0;
    pulse = () => undefined;
    lifeCycle = new LifeCycle();
    log = new MemoryLog();
    notifier = new Notifier({
      ...{ lifeCycle, log, watchdogMs },
      manager: { send: (assignments) => sent.push(assignments) },
      pulse: () => pulse(),
      ping: () => {
        pings += 1;
      },
      summary: () => '4 partitions',
    });
  });
  afterEach(() => notifier.end());

  const count = (name: string): number => sent.filter((one) => name in one).length;

  /** A process in which everything moves between two looks. */
  function move(): void {
    let turns = 0;
    pulse = () => {
      turns += 1;
      return { turns, answered: [turns, turns], inFlight: 1, settled: turns };
    };
  }

  it('follows the life cycle: a status each, READY once its partitions are processed, STOPPING at the end', () => {
    for (const state of ['waiting', 'restoring', 'running', 'restoring', 'running', 'draining', 'stopped'] as const)
      lifeCycle.enter(state);
    assert.deepEqual(sent, [
      ...[{ STATUS: 'starting' }, { STATUS: 'waiting' }, { STATUS: 'restoring: 4 partitions' }],
      ...[{ READY: 1 }, { STATUS: 'running: 4 partitions' }],
      ...[{ STATUS: 'restoring: 4 partitions' }, { STATUS: 'running: 4 partitions' }],
      ...[{ STOPPING: 1 }, { STATUS: 'draining' }, { STATUS: 'stopped' }],
    ]);
  });

  it('says STOPPING when it failed, ready or not', () => {
    lifeCycle.fail();
    assert.deepEqual(sent.slice(1), [{ STOPPING: 1 }, { STATUS: 'failed' }]);
  });

  it('encloses a reload in RELOADING, with the time, and READY', async () => {
    for (const state of ['waiting', 'running'] as const) lifeCycle.enter(state);
    sent.length = 0;
    await lifeCycle.reload(async () => assert.equal(count('READY'), 0));
    const [reloading, ready] = sent;
    assert.equal(reloading?.RELOADING, 1);
    assert.ok(Number(reloading.MONOTONIC_USEC) <= Number(process.hrtime.bigint() / 1_000n));
    assert.deepEqual(ready, { READY: 1 });
  });

  it('is silent about a reload before it is ready, for READY would follow', async () => {
    await lifeCycle.reload(async () => undefined);
    assert.deepEqual([count('RELOADING'), count('READY')], [0, 0]);
  });

  it('pings while it moves and only then, and gives the workers something to answer with every look', async () => {
    move();
    for (const state of ['waiting', 'running'] as const) lifeCycle.enter(state);
    await until(() => count('WATCHDOG') >= 3, 'pings');
    assert.ok(pings >= 3);
    assert.equal(log.of('stalled').length, 0);
    pulse = () => ({ turns: 9, answered: [9, 9], inFlight: 0, settled: 9 });
    await until(() => log.of('stalled').length >= 1, 'a warning');
    const before = count('WATCHDOG');
    await until(() => log.of('stalled').length >= 3, 'further warnings');
    assert.equal(count('WATCHDOG'), before);
  });

  it('asks for more time to start while it moves, and pings only once it is ready', async () => {
    move();
    lifeCycle.enter('waiting');
    lifeCycle.enter('restoring');
    await until(() => count('EXTEND_TIMEOUT_USEC') >= 2, 'more time');
    assert.deepEqual([count('READY'), count('WATCHDOG')], [0, 0]);
    assert.ok(sent.some((one) => one.EXTEND_TIMEOUT_USEC === watchdogMs * 1_000));
  });
});
