import { crc32 } from 'node:zlib';
import type { Long } from './avro.js';
import { viewOf } from './bytes.js';
import { murmur2 } from './murmur2.js';
import { writeInt, writeLong } from './varint.js';

/** The most bytes of a long and of a string's length. */
const NUMBERS_BYTES = 10 + 5;

/** The key of a section's status, its image and its inputs. */
export const sectionKey = (eventId: Long, section: string): string => `${eventId}-${section}`;

/** The event and the section's name in the text of a key; undefined when the text is none. */
export function splitSectionKey(text: string): { readonly eventId: Long; readonly name: string } | undefined {
  const [, digits, name] = /^(0|-?[1-9]\d*)-(.*)$/su.exec(text) ?? [];
  if (digits === undefined || name === undefined) return undefined;
  const eventId = Number(digits);
  if (Number.isSafeInteger(eventId)) return { eventId, name };
  const wide = BigInt(digits);
  return BigInt.asIntN(64, wide) === wide ? { eventId: wide, name } : undefined;
}

/**
 * A section's key, the text `eventId-section`, and its identity: eventId and section as a request has them in Avro,
 * so that a request is compared and a status is written without a text being made.
 */
export class SectionKey {
  /** The key's bytes, then the identity's. */
  readonly view: DataView;
  /** Where the key ends and the identity begins. */
  readonly identityStart: number;
  /** Where the section's name begins, within the identity. */
  readonly nameStart: number;
  readonly end: number;
  /** murmur2 of the identity, and of the key. */
  readonly identityHash: number;
  readonly hash: number;
  /** CRC-32 of the key. */
  readonly checksum: number;

  constructor(eventId: Long, name: string) {
    const text = sectionKey(eventId, name);
    const nameBytes = Buffer.byteLength(name);
    const keyBytes = Buffer.byteLength(text);
    const bytes = Buffer.allocUnsafe(keyBytes + NUMBERS_BYTES + nameBytes);
    const view = viewOf(bytes);
    bytes.write(text, 0);
    this.identityStart = keyBytes;
    this.nameStart = writeInt(view, writeLong(view, keyBytes, eventId), nameBytes);
    this.end = this.nameStart + bytes.write(name, this.nameStart);
    this.view = viewOf(bytes.subarray(0, this.end));
    this.identityHash = murmur2(view, keyBytes, this.end);
    this.hash = murmur2(view, 0, keyBytes);
    this.checksum = crc32(bytes.subarray(0, keyBytes));
  }

  /** The key with this text; undefined when the text is none. */
  static parse(text: string): SectionKey | undefined {
    const { eventId, name } = splitSectionKey(text) ?? {};
    return eventId === undefined || name === undefined ? undefined : new SectionKey(eventId, name);
  }

  /** Bytes of the section's name in UTF-8. */
  get nameBytes(): number {
    return this.end - this.nameStart;
  }

  toString(): string {
    return Buffer.from(this.view.buffer, this.view.byteOffset, this.identityStart).toString();
  }
}
