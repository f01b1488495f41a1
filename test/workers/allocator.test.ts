import assert from 'node:assert/strict';
import fc from 'fast-check';
import { findRun } from '../../workers/allocator.js';

/** The naive model: every start, every seat. */
function naiveRun(free: readonly boolean[], from: number, to: number, length: number): number {
  for (let start = from; start + length <= to; start += 1) {
    if (free.slice(start, start + length).every(Boolean)) return start;
  }
  return -1;
}

/** All bits beyond the seats are set, so that a search that counts them is caught. */
function wordsOf(free: readonly boolean[]): Uint32Array {
  const words = new Uint32Array(Math.ceil(free.length / 32) + 1).fill(0xffffffff);
  free.forEach((isFree, seat) => {
    if (!isFree) words[seat >>> 5]! &= ~(1 << (seat & 31));
  });
  return words;
}

/** Seats in stretches of free and taken ones, so that runs of all lengths, word borders included, are common. */
const seats = fc
  .array(fc.tuple(fc.boolean(), fc.integer({ min: 1, max: 90 })), { minLength: 1, maxLength: 12 })
  .map((stretches) => stretches.flatMap(([isFree, length]) => new Array<boolean>(length).fill(isFree)));
const noise = fc.array(fc.boolean(), { minLength: 1, maxLength: 300 });

describe('the run search', () => {
  it('finds what the naive model finds, within any range and for any length', () => {
    fc.assert(
      fc.property(
        fc.oneof(seats, noise),
        fc.nat(),
        fc.nat(),
        fc.oneof(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 10, max: 140 })),
        (free, a, b, length) => {
          const [from, to] = [a % (free.length + 1), b % (free.length + 1)].sort((x, y) => x - y) as [number, number];
          assert.equal(findRun(wordsOf(free), from, to, length), naiveRun(free, from, to, length));
        },
      ),
      { numRuns: 5000 },
    );
  });

  it('finds runs of exactly 31 to 33 and 63 to 65 seats at every offset', () => {
    for (const length of [1, 2, 31, 32, 33, 63, 64, 65, 200]) {
      for (let start = 0; start < 70; start += 1) {
        const free = new Array<boolean>(start + length + 40).fill(false).fill(true, start, start + length);
        const words = wordsOf(free);
        assert.equal(findRun(words, 0, free.length, length), start);
        assert.equal(findRun(words, 0, free.length, length + 1), -1);
        assert.equal(findRun(words, 0, start + length, length), start);
        assert.equal(findRun(words, 0, start + length - 1, length), -1);
        assert.equal(findRun(words, start + 1, free.length, length), -1);
      }
    }
  });

  it('finds nothing in 50,000 seats of which every other is taken, but single seats', () => {
    const words = new Uint32Array(Math.ceil(50_000 / 32)).fill(0xaaaaaaaa);
    assert.equal(findRun(words, 0, 50_000, 2), -1);
    assert.equal(findRun(words, 0, 50_000, 40), -1);
    assert.equal(findRun(words, 0, 50_000, 1), 1);
    assert.equal(findRun(words, 49_998, 50_000, 1), 49_999);
  });

  it('finds nothing in an empty range or one shorter than the run', () => {
    const words = new Uint32Array(4).fill(0xffffffff);
    assert.equal(findRun(words, 0, 0, 1), -1);
    assert.equal(findRun(words, 64, 64, 1), -1);
    assert.equal(findRun(words, 10, 20, 11), -1);
    assert.equal(findRun(words, 10, 20, 10), 10);
  });
});
