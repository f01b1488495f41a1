import { readFrames } from './records.js';
import type { Processed } from './slot-driver.js';

/** An image as the changelog has it; without a value it is a tombstone. */
export type StoredImage = { readonly key: string; readonly value: Buffer | null };

/** The images that a batch wrote. */
export const storedImages = ({ images }: Pick<Processed, 'images'>): StoredImage[] =>
  readFrames(images).map(({ text = '', value }) => ({ key: text, value }));
