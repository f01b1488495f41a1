import assert from 'node:assert/strict';
import fc from 'fast-check';
import { demoRequest, demoSections } from '../../../src/demo/load.js';
import { Random } from '../../../src/demo/random.js';
import { Rate } from '../../../src/demo/rate.js';
import { seatOf } from '../../../workers/seat-names.js';

function load(seed: number, sectionCount: number, requestCount: number) {
  const random = new Random(seed);
  const sections = demoSections(random, sectionCount, requestCount);
  const requests = Array.from({ length: requestCount }, (_, index) => demoRequest(random, sections, index));
  return { sections, requests: requests.map((request) => ({ ...request, timestamp: 0 })) };
}

describe("the demo's load", () => {
  it('is the same for the same seed, another for another one', () => {
    assert.deepEqual(load(5, 6, 200), load(5, 6, 200));
    assert.notDeepEqual(load(5, 6, 200), load(6, 6, 200));
  });

  it('wants more seats than exist, in sections of different sizes, one to six at a time', () => {
    const { sections, requests } = load(1, 6, 50_000);
    const sizes = sections.map(({ rows, seatsPerRow }) => rows * seatsPerRow);
    assert.equal(new Set(sizes).size, 6);
    const wanted = requests.reduce((sum, { seatCount }) => sum + seatCount, 0);
    assert.ok(wanted > 1.2 * sizes.reduce((sum, size) => sum + size, 0));
    assert.deepEqual([...new Set(requests.map(({ seatCount }) => seatCount))].sort(), [1, 2, 3, 4, 5, 6]);
  });

  it('names its sections apart and reserves seats that exist, however many sections and requests', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 16 }), fc.integer({ min: 1, max: 5_000 }), (count, requests) => {
        const sections = demoSections(new Random(requests), count, requests);
        assert.equal(new Set(sections.map(({ section }) => section)).size, count);
        for (const { section, rows, seatsPerRow, initialReserved } of sections) {
          assert.ok(initialReserved.every((name) => seatOf(name, section, rows * seatsPerRow) >= 0));
        }
      }),
    );
  });
});

describe('Rate', () => {
  it('is the growth of the last second', () => {
    const rate = new Rate();
    assert.equal(rate.at(0, 0), 0);
    assert.equal(rate.at(500, 100), 200);
    assert.equal(rate.at(1_000, 200), 200);
    for (let at = 1_500; at <= 5_000; at += 500) rate.at(at, 200);
    assert.equal(rate.at(5_500, 200), 0);
  });
});
