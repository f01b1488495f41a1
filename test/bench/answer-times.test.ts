import assert from 'node:assert/strict';
import { AnswerTimes } from '../../bench/rebalance/answer-times.js';
import { ownedAt } from '../../bench/rebalance/ownership.js';

describe('the pauses in answers', () => {
  // Even requests are of partition 0, odd ones of partition 1.
  const answeredMs = Float64Array.from([0, 5, 10, 15, 110, 25, 120, 35, 130, 45]);
  const times = new AnswerTimes(2, { startedAtMs: 1_000, answeredMs }, (request) => request % 2);

  it('are those of one partition, not of all together, and the longest of the partitions asked for', () => {
    const always = { fromMs: 0, untilMs: 9_999 };
    assert.equal(times.longestPauseMs([0], always), 100);
    assert.equal(times.longestPauseMs([1], always), 10);
    assert.equal(times.longestPauseMs([0, 1], always), 100);
    assert.equal(times.longestPauseMs([], always), 0);
    assert.equal(times.longestPauseMs([7], always), 0);
  });

  it('count in the stretch that they end in', () => {
    assert.equal(times.longestPauseMs([0], { fromMs: 1_050, untilMs: 1_110 }), 100);
    assert.equal(times.longestPauseMs([0], { fromMs: 1_110, untilMs: 1_125 }), 10);
    assert.equal(times.longestPauseMs([0], { fromMs: 1_000, untilMs: 1_109 }), 10);
  });
});

describe('what an instance has by its log', () => {
  it('is what came and did not go until then', () => {
    const lines = [
      { event: 'starting', time: 1 },
      { event: 'assigned', time: 2, partitions: [0, 1, 2] },
      { event: 'ready', time: 3, partitions: 3 },
      { event: 'revoked', time: 5, partitions: [1] },
      { event: 'assigned', time: 6, partitions: [7] },
      { event: 'lost', time: 8, partitions: [0, 2, 7] },
    ];
    assert.deepEqual(
      [2, 5, 6, 8].map((atMs) => [...ownedAt(lines, atMs)]),
      [[0, 1, 2], [0, 2], [0, 2, 7], []],
    );
  });
});
