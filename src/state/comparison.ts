import { aheadOf, type Positions, samePositions } from '../pipeline/positions.js';
import type { StoreMark } from '../slots/tasks.js';

/** An image, as far as it is compared: two of one section with equal positions and checksums are one. */
export type ImageFacts = { readonly positions: Positions; readonly checksum: number };

/** The last committed record of a section in the changelog: an image, or a tombstone. */
export type LatestRecord = { readonly offset: number; readonly image: ImageFacts | undefined };

const describe = ({ init, requests }: Positions): string => `init ${init}, requests ${requests}`;

/**
 * What is wrong with a section in a store, if anything. A daemon may be at work, so the mark was read first, then the store,
 * and then the changelog, to an end taken after that. What came in between is no difference: the store may lack what its mark
 * does not claim to hold. It must not have what the changelog never had, since Kafka commits first.
 */
export function differenceOf(
  mark: StoreMark | undefined,
  stored: ImageFacts | undefined,
  latest: LatestRecord | undefined,
): string | undefined {
  if (latest === undefined) {
    if (stored === undefined) return undefined;
    return 'the store has an image and the changelog none: the section was removed and the store has not been used for longer than the tombstone was kept, or the changelog lost it';
  }
  const { image, offset } = latest;
  if (image === undefined) {
    if (stored === undefined || !isFollowed(mark, offset)) return undefined;
    return `the store has an image, although the section was removed at offset ${offset}, which the store has followed`;
  }
  if (stored === undefined) {
    if (!isClaimed(mark, offset, image)) return undefined;
    return `the store has no image, and the changelog has one at offset ${offset} (${describe(image.positions)})`;
  }
  if (samePositions(stored.positions, image.positions)) {
    if (stored.checksum === image.checksum) return undefined;
    return `the images in store and changelog (offset ${offset}) are of the same positions and differ (${describe(image.positions)})`;
  }
  if (aheadOf(stored.positions, image.positions))
    return `the store's image (${describe(stored.positions)}) is ahead of the last one in the changelog, at offset ${offset} (${describe(image.positions)})`;
  if (!isClaimed(mark, offset, image)) return undefined;
  return `the store's image (${describe(stored.positions)}) is older than the one in the changelog, at offset ${offset} (${describe(image.positions)}), which the store's mark stands for`;
}

/** Whether the store's mark says that the record was read. */
const isFollowed = (mark: StoreMark | undefined, offset: number): boolean =>
  mark !== undefined && offset < mark.changelogPosition;

/** Whether the store's mark says that it holds the image. */
const isClaimed = (mark: StoreMark | undefined, offset: number, { positions }: ImageFacts): boolean =>
  isFollowed(mark, offset) || (mark?.positions !== undefined && !aheadOf(positions, mark.positions));
