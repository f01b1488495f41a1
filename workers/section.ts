import type { Positions } from '../src/pipeline/positions.js';
import type { Long } from './avro.js';
import { sectionKey } from './encode.js';
import { decodeImage, imageSizeBytes } from './image.js';
import type { SeatMap } from './seat-map.js';

/** A section as its slot holds it: the live seat map, ahead of the store by the batches that are in flight. */
export class Section {
  readonly key: string;
  readonly keyBytes: Buffer;
  readonly imageSizeBytes: number;
  /** The record timestamp of the last input that changed it. */
  lastTimestampMs: number;
  /** The batches of the slot that last changed it, and last owed a status of it; compared, never reset. */
  changedIn = 0;
  statusDueIn = 0;
  statusTimestampMs = 0;

  constructor(
    readonly eventId: Long,
    readonly name: string,
    readonly map: SeatMap,
    /** The input positions of its image: what lies below them has had its effect. */
    public positions: Positions,
    lastTimestampMs: number,
  ) {
    this.key = sectionKey(eventId, name);
    this.keyBytes = Buffer.from(this.key);
    this.imageSizeBytes = imageSizeBytes(map.seatCount);
    this.lastTimestampMs = lastTimestampMs;
  }

  /** The section of an image and its key. @throws ImageError when the image is damaged or the key is none */
  static fromImage(key: string, image: Buffer): Section {
    const { map, positions, lastTimestampMs } = decodeImage(Buffer.from(key), image);
    const { eventId, name } = parseKey(key);
    return new Section(eventId, name, map, positions, lastTimestampMs);
  }
}

function parseKey(key: string): { eventId: Long; name: string } {
  const parts = /^(-?\d+)-(.*)$/su.exec(key);
  const [, digits, name] = parts ?? [];
  if (digits === undefined || name === undefined) throw new Error(`"${key}" is not the key of a section`);
  const eventId = Number(digits);
  return { eventId: Number.isSafeInteger(eventId) ? eventId : BigInt(digits), name };
}
