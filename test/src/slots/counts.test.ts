import assert from 'node:assert/strict';
import { addCounts, noCounts, total } from '../../../src/slots/counts.js';

describe('the counts of batches', () => {
  it('add up, number by number and reason by reason', () => {
    const sum = noCounts();
    const one = noCounts();
    one.messages = 3;
    one.seatsSold = 7;
    one.rejected.tooFewSeats = 2;
    one.deadLetters.sectionSold = 1;
    addCounts(sum, one);
    addCounts(sum, one);
    addCounts(sum, noCounts());
    const expected = noCounts();
    expected.messages = 6;
    expected.seatsSold = 14;
    expected.rejected.tooFewSeats = 4;
    expected.deadLetters.sectionSold = 2;
    assert.deepEqual(sum, expected);
    assert.equal(total(sum.rejected), 4);
  });

  it('of nothing are their own, not shared', () => {
    noCounts().rejected.seatCount += 1;
    assert.equal(noCounts().rejected.seatCount, 0);
  });
});
