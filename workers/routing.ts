import type { Misrouted } from '../src/slots/tasks.js';
import { copyBytes, viewOf } from './bytes.js';
import { murmur2, partitionOfHash } from './murmur2.js';
import type { RequestReader } from './request.js';
import type { SectionKey } from './section-key.js';
import { readLong } from './varint.js';

const DASH = 0x2d;
const ZERO = 0x30;
/** The longest eventId, and the dash. */
const EVENT_ID_BYTES = 21;
/** Twice it is what readLong reads first, and has to be exact. */
const EXACT_UP_TO = 2 ** 52;

let scratch = Buffer.alloc(1_024);
let scratchView = viewOf(scratch);

/**
 * Counts the records that lie in another partition than their section's key belongs into. A section knows the hash of its
 * key, so for a record that finds one it is a division; only where the section is unknown, as it mostly is to a
 * record that was misrouted, is the key written out.
 */
export class Routing {
  misrouted = 0;
  first: Misrouted | undefined;

  constructor(private readonly inputPartitions: number) {}

  /** A request whose section is not known here. */
  noteUnknown(request: RequestReader, partition: number): void {
    const end = writeKey(request);
    const expected = partitionOfHash(murmur2(scratchView, 0, end), this.inputPartitions);
    if (expected !== partition) this.add(partition, expected, () => scratch.toString('utf8', 0, end));
  }

  note(key: SectionKey, partition: number): void {
    const expected = partitionOfHash(key.hash, this.inputPartitions);
    if (expected !== partition) this.add(partition, expected, () => key.toString());
  }

  private add(partition: number, expected: number, key: () => string): void {
    this.misrouted += 1;
    this.first ??= { key: key(), partition, expected };
  }
}

/** Writes the key of a request's section, `eventId-section`, to the beginning of `scratch`; returns where it ends. */
function writeKey({ view, identityStart, sectionAt, sectionStart, sectionEnd }: RequestReader): number {
  const mostBytes = EVENT_ID_BYTES + sectionEnd - sectionStart;
  if (scratch.length < mostBytes) {
    scratch = Buffer.alloc(mostBytes);
    scratchView = viewOf(scratch);
  }
  const dash = writeEventId(view, identityStart, sectionAt);
  scratchView.setUint8(dash, DASH);
  return copyBytes(view, sectionStart, sectionEnd, scratchView, dash + 1);
}

function writeEventId(view: DataView, at: number, end: number): number {
  const eventId = readLong(view, at, end);
  if (eventId < 0 || eventId > EXACT_UP_TO) return scratch.write(wideLong(view, at, end).toString());
  let digits = 1;
  for (let limit = 10; eventId >= limit; limit *= 10) digits += 1;
  for (let rest = eventId, position = digits - 1; position >= 0; position -= 1) {
    const tenth = Math.floor(rest / 10);
    scratchView.setUint8(position, ZERO + rest - 10 * tenth);
    rest = tenth;
  }
  return digits;
}

/** The long in bytes [at, end), exact. */
function wideLong(view: DataView, at: number, end: number): bigint {
  let zigzag = 0n;
  for (let position = end - 1; position >= at; position -= 1)
    zigzag = (zigzag << 7n) | BigInt(view.getUint8(position) & 0x7f);
  return (zigzag >> 1n) ^ -(zigzag & 1n);
}
