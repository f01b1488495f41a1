import { encodeImage, imageSizeBytes } from '../../../workers/image.js';
import { SeatMap } from '../../../workers/seat-map.js';
import { SectionKey } from '../../../workers/section-key.js';
import { readFrames } from './records.js';
import type { Processed } from './slot-driver.js';

/** An image as the changelog has it; without a value it is a tombstone. */
export type StoredImage = { readonly key: string; readonly value: Buffer | null };

/** The images that a batch wrote. */
export const storedImages = ({ images }: Pick<Processed, 'images'>): StoredImage[] =>
  readFrames(images).map(({ text = '', value }) => ({ key: text, value }));

export type SoldSection = { readonly rows: number; readonly seatsPerRow: number; readonly taken: number };

/** The image of a section whose first `taken` seats are sold, as the daemon writes it into the changelog. */
export function imageOf(key: string, { rows, seatsPerRow, taken }: SoldSection, lastTimestampMs: number): Buffer {
  const map = SeatMap.create(rows, seatsPerRow, []);
  if (taken > 0) map.allocate(taken, 'section');
  const image = Buffer.alloc(imageSizeBytes(map.seatCount));
  const view = new DataView(image.buffer, image.byteOffset, image.length);
  const { checksum } = SectionKey.parse(key) as SectionKey;
  encodeImage(view, 0, checksum, map, { init: 1, requests: 1 }, lastTimestampMs);
  return image;
}
