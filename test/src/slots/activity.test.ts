import assert from 'node:assert/strict';
import { BusyClock } from '../../../src/slots/activity.js';

/** Lets some of the clock's time pass. */
function spin(): void {
  const untilNs = process.hrtime.bigint() + 100_000n;
  while (process.hrtime.bigint() < untilNs);
}

describe('the busy time of a worker', () => {
  it('is seen from the other side of its memory: in the middle of a task, and the same again behind it', () => {
    const [worker, main] = [new BusyClock(), new BusyClock()];
    const seen = new BusyClock(worker.memory);
    assert.equal(seen.busyMs, 0);
    worker.begin();
    spin();
    const during = seen.busyMs;
    assert.ok(during >= 0.1);
    spin();
    worker.end();
    const after = seen.busyMs;
    assert.ok(after >= during + 0.1);
    spin();
    assert.equal(seen.busyMs, after, 'between two tasks it stands still');
    worker.begin();
    worker.end();
    assert.ok(seen.busyMs >= after);
    assert.equal(main.busyMs, 0);
  });
});
