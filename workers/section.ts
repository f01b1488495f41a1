import type { Positions } from '../src/pipeline/positions.js';
import { decodeImage, imageSizeBytes } from './image.js';
import type { SeatMap } from './seat-map.js';
import { SectionKey } from './section-key.js';

/** A section as its slot holds it: the live seat map, ahead of the store by the batches that are in flight. */
export class Section {
  readonly imageSizeBytes: number;
  /** The record timestamp of the last input that changed it. */
  lastTimestampMs: number;
  /** The batches of the slot that last changed it, and last owed a status of it; compared, never reset. */
  changedIn = 0;
  statusDueIn = 0;
  statusTimestampMs = 0;
  /** The latest republication that has sent its status. */
  republishedIn = 0;
  /** Of the index that holds it. */
  nextInBucket: Section | undefined = undefined;

  constructor(
    readonly identity: SectionKey,
    readonly map: SeatMap,
    /** The input positions of its image: what lies below them has had its effect. */
    public positions: Positions,
    lastTimestampMs: number,
  ) {
    this.imageSizeBytes = imageSizeBytes(map.seatCount);
    this.lastTimestampMs = lastTimestampMs;
  }

  get key(): string {
    return this.identity.toString();
  }

  /** The section of an image and its key. @throws ImageError when the image is damaged or the key is none */
  static fromImage(text: string, image: Buffer): Section {
    const identity = SectionKey.parse(text);
    if (identity === undefined) throw new Error(`"${text}" is not the key of a section`);
    const { map, positions, lastTimestampMs } = decodeImage(identity.checksum, image);
    return new Section(identity, map, positions, lastTimestampMs);
  }
}
