import assert from 'node:assert/strict';
import { InputTopic } from '../../../src/frames.js';
import { aheadOf, positionOf, samePositions, withPosition } from '../../../src/pipeline/positions.js';

const at = (init: number, requests: number) => ({ init, requests });

describe('positions of the two inputs', () => {
  it('are read and replaced by topic', () => {
    assert.deepEqual([positionOf(at(1, 2), InputTopic.init), positionOf(at(1, 2), InputTopic.requests)], [1, 2]);
    assert.deepEqual(withPosition(at(1, 2), InputTopic.init, 9), at(9, 2));
    assert.deepEqual(withPosition(at(1, 2), InputTopic.requests, 9), at(1, 9));
  });

  it('are ahead of others on either topic, and the same on both', () => {
    assert.deepEqual([aheadOf(at(2, 1), at(1, 2)), aheadOf(at(1, 2), at(2, 1))], [true, true]);
    assert.deepEqual([aheadOf(at(1, 1), at(1, 1)), aheadOf(at(0, 1), at(1, 1))], [false, false]);
    assert.deepEqual([samePositions(at(1, 2), at(1, 2)), samePositions(at(1, 2), at(2, 1))], [true, false]);
  });
});
