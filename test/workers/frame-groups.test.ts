import assert from 'node:assert/strict';
import fc from 'fast-check';
import { FramePool } from '../../src/frame-pool.js';
import { emptyFrameBatch } from '../../src/frames.js';
import { FrameGroups } from '../../workers/frame-groups.js';
import { readFrames } from '../support/fakes/records.js';

const frame = fc.record({ partition: fc.nat(4), key: fc.string({ maxLength: 30 }), value: fc.uint8Array() });
type Frame = typeof frame extends fc.Arbitrary<infer Value> ? Value : never;

function write(groups: FrameGroups, frames: readonly Frame[]): void {
  for (const { partition, key, value } of frames) {
    groups.of(partition).append({ partition, topic: 0, offset: 0, timestampMs: 5 }, value, Buffer.from(key));
  }
}

const shown = (frames: readonly Frame[]) =>
  frames.map(({ partition, key, value }) => [partition, key, Buffer.from(value).toString('hex')]);
const taken = (groups: FrameGroups) =>
  readFrames(groups.take()).map(({ partition, text, value }) => [partition, text, value?.toString('hex')]);

describe('frames grouped by partition', () => {
  it('come partition by partition, each in its order, batch after batch', () => {
    fc.assert(
      fc.property(fc.array(fc.array(frame, { maxLength: 60 }), { maxLength: 4 }), (batches) => {
        const groups = new FrameGroups(5, new FramePool());
        for (const frames of batches) {
          write(groups, frames);
          const sorted = [0, 1, 2, 3, 4].flatMap((number) => frames.filter(({ partition }) => partition === number));
          assert.deepEqual(taken(groups), shown(sorted));
        }
      }),
    );
  });

  it('are a buffer of their own, whatever is written next', () => {
    const groups = new FrameGroups(2, new FramePool());
    const [one, other] = [
      { partition: 1, key: 'k', value: Buffer.from('one') },
      { partition: 1, key: 'k', value: Buffer.from('two') },
    ];
    write(groups, [one]);
    const first = groups.take();
    write(groups, [other]);
    assert.deepEqual(
      readFrames(first).map(({ value }) => `${value}`),
      ['one'],
    );
    assert.deepEqual(taken(groups), shown([other]));
  });

  it('that are forgotten leave nothing, as do those that were taken', () => {
    const groups = new FrameGroups(3, new FramePool());
    write(groups, [{ partition: 2, key: 'k', value: Buffer.from('v') }]);
    groups.clear();
    assert.deepEqual(groups.take(), emptyFrameBatch());
  });

  it('come whole from batches larger than what is kept in memory', () => {
    const groups = new FrameGroups(2, new FramePool());
    const large = { partition: 0, key: 'k', value: Buffer.alloc(40 * 1_048_576, 7) };
    for (let batch = 0; batch < 2; batch += 1) {
      write(groups, [large, { ...large, partition: 1 }]);
      assert.deepEqual(
        readFrames(groups.take()).map(({ value }) => value?.equals(large.value)),
        [true, true],
      );
    }
  });
});
