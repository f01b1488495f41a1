import assert from 'node:assert/strict';
import { InputTopic } from '../../../src/frames.js';
import { Ownership } from '../../../src/pipeline/ownership.js';

const init = (partition: number) => ({ topic: InputTopic.init, partition });
const requests = (partition: number) => ({ topic: InputTopic.requests, partition });

describe('what the group gave', () => {
  it('is paired by number, in order; what has one topic only is set aside', () => {
    const given = [requests(2), init(2), init(0), requests(1), init(1), requests(3)];
    assert.deepEqual(new Ownership().give(given), { paired: [1, 2], unpaired: [init(0), requests(3)] });
  });

  it('is complete when the other topic comes later, once', () => {
    const owned = new Ownership();
    owned.give([init(0), init(1)]);
    assert.deepEqual(owned.give([requests(0)]), { paired: [0], unpaired: [] });
    assert.deepEqual(owned.give([requests(1), init(2)]), { paired: [1], unpaired: [init(2)] });
    assert.deepEqual(owned.complete, [0, 1]);
  });

  it('is incomplete as soon as one of the topics is taken, and taken once', () => {
    const owned = new Ownership();
    owned.give([init(0), requests(0), init(1), requests(1)]);
    assert.deepEqual(owned.take([requests(1)]), [1]);
    assert.deepEqual(owned.take([init(1), init(5)]), []);
    assert.deepEqual(owned.complete, [0]);
    assert.deepEqual(owned.give([init(1), requests(1)]).paired, [1]);
  });

  it('is all taken when the assignment is lost, halves too', () => {
    const owned = new Ownership();
    owned.give([init(0), requests(0), init(1)]);
    assert.deepEqual(owned.takeAll(), [0]);
    assert.deepEqual(owned.complete, []);
    assert.deepEqual(owned.give([requests(1)]).paired, []);
  });
});
