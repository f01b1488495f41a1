import assert from 'node:assert/strict';
import { type Pulse, stalled } from '../../../src/notify/pulse.js';

const before: Pulse = { turns: 5, answered: [7, 7], inFlight: 2, settled: 3 };
const moved: Pulse = { turns: 6, answered: [8, 9], inFlight: 2, settled: 4 };

describe('the pulse of the pipeline', () => {
  it('beats when the loop turned, every worker answered, and a batch that was in flight is not any more', () => {
    assert.deepEqual(stalled(before, moved), []);
  });

  it('needs no batch to end when none was in flight', () => {
    assert.deepEqual(stalled({ ...before, inFlight: 0 }, { ...moved, settled: before.settled }), []);
  });

  it('names what stands still, whatever else moves', () => {
    const of = (change: Partial<Pulse>): string => stalled(before, { ...moved, ...change }).join();
    assert.match(of({ turns: 5 }), /^the loop .* has not turned$/);
    assert.match(of({ answered: [8, 7] }), /^worker 1 has not answered$/);
    assert.match(of({ settled: 3 }), /^no batch in flight/);
    assert.equal(stalled(before, before).length, 4);
  });
});
