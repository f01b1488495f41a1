import assert from 'node:assert/strict';
import { differenceOf, type ImageFacts, type LatestRecord } from '../../../src/state/comparison.js';

const image = (requests: number, checksum = requests): ImageFacts => ({ positions: { init: 1, requests }, checksum });
const record = (offset: number, of: ImageFacts | undefined): LatestRecord => ({ offset, image: of });
/** It stands for the requests below 10, and has followed the changelog to offset 50. */
const owned = { positions: { init: 1, requests: 10 }, changelogPosition: 50, clusterId: '' };
const standby = { ...owned, positions: undefined };

describe('an image in the store against the changelog', () => {
  const agree: [string, Parameters<typeof differenceOf>][] = [
    ['is the same', [owned, image(5), record(40, image(5))]],
    ['is older than one that came since', [owned, image(5), record(60, image(11))]],
    ['is older than one that a standby has not followed to', [standby, image(5), record(60, image(9))]],
    ['is missing, and the changelog has one that came since', [owned, undefined, record(60, image(11))]],
    ['is missing, and was removed', [owned, undefined, record(40, undefined)]],
    ['is missing on both sides', [owned, undefined, undefined]],
    ['is there, and was removed since', [owned, image(5), record(60, undefined)]],
    ['is in a store without a mark, whose restore is not finished', [undefined, image(5), record(40, image(9))]],
    ['is missing there', [undefined, undefined, record(40, image(9))]],
  ];
  for (const [what, facts] of agree)
    it(`${what}: no difference`, () => assert.equal(differenceOf(...facts), undefined));

  const differ: [string, Parameters<typeof differenceOf>, RegExp][] = [
    [
      'has other bytes at the same positions',
      [owned, image(5, 1), record(40, image(5, 2))],
      /same positions and differ/,
    ],
    ['is ahead of what was ever committed', [owned, image(9), record(60, image(5))], /is ahead of the last one/],
    [
      'is older, below the positions that the mark stands for',
      [owned, image(5), record(60, image(10))],
      /is older .* which the store's mark stands for/,
    ],
    [
      'is older, below the offset that a standby has followed to',
      [standby, image(5), record(49, image(20))],
      /is older/,
    ],
    [
      'is missing, below the positions that the mark stands for',
      [owned, undefined, record(60, image(10))],
      /has no image, .* at offset 60/,
    ],
    [
      'is missing, below the offset that a standby has followed to',
      [standby, undefined, record(49, image(20))],
      /has no image/,
    ],
    [
      'is there, although the store has followed its removal',
      [owned, image(5), record(49, undefined)],
      /was removed at offset 49/,
    ],
    ['is there, and the changelog knows nothing of it', [owned, image(5), undefined], /the changelog none/],
  ];
  for (const [what, facts, expected] of differ)
    it(`${what}: a difference`, () => assert.match(differenceOf(...facts) ?? 'no difference', expected));
});
