import type { FrameBatch, FrameCursor } from '../src/frames.js';
import type { DiscardedStore, StoreMark } from '../src/slots/tasks.js';

/** Called for each image with its section's key (`eventId-section`); the bytes are the callee's to keep. */
export type ImageVisitor = (key: string, image: Buffer) => void;

/** Whether an image is newer than the one that the store holds. */
export type IsNewer = (image: Buffer, held: Buffer) => boolean;

/** The store of one partition: section images, and the mark that says which inputs they stand for. */
export interface PartitionStore {
  /** The mark of the last write that had one. */
  readonly mark: StoreMark | undefined;
  visitImages(visit: ImageVisitor): void;
  /**
   * Writes images (frames: key → image, null value → no image) and the mark in one transaction, so that the offsets
   * never stand for other images than those beside them. Without a mark, only images: a restore on its way.
   */
  write(images: FrameBatch | undefined, mark: StoreMark | undefined): void;
  /** As `write`, but an image takes the place of another only when it is newer. Returns how many frames had an effect. */
  writeNewer(images: FrameCursor, mark: StoreMark, isNewer: IsNewer): number;
  close(): Promise<void>;
}

export type OpenedStore = {
  readonly store: PartitionStore;
  readonly discarded: DiscardedStore | undefined;
};

/** Where the stores are. A partition's store is opened by one slot of one process at a time. */
export interface Stores {
  /** Opens a partition's store and visits every image; one that is damaged is set aside and an empty one opened. */
  open(partition: number, visit: ImageVisitor): Promise<OpenedStore>;
}
