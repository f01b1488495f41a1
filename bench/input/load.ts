import { partitionOf } from '../../test/support/murmur2.js';
import { Random } from '../../test/support/random.js';
import type { InputShape } from '../results.js';

/** When every load's requests begin, and its sections before them: a fixed past, so that equal loads have equal bytes. */
const firstRequestMs = Date.UTC(2025, 0, 15, 12);
const firstInitMs = firstRequestMs - 3_600_000;
const seatsPerRow = 50;
const seed = 4;

export type Section = {
  readonly eventId: number;
  readonly name: string;
  readonly nameBytes: Buffer;
  /** `<name>-`, what every seat's name begins with. */
  readonly seatPrefix: Buffer;
  /** `eventId-section`, the key of the inputs and of the status. */
  readonly key: Buffer;
  /** The partition of both inputs. */
  readonly partition: number;
  readonly rows: number;
  readonly seatsPerRow: number;
};

/** A load, in typed arrays by the index of the request. The same shape gives the same load everywhere. */
export class Load {
  readonly sections: readonly Section[];
  readonly sectionOf: Uint32Array;
  readonly seatCounts: Uint8Array;

  /** @param requestsPerSecond the pace of the record timestamps */
  constructor(
    readonly shape: InputShape,
    readonly requestsPerSecond = 1_000,
  ) {
    const { requests, sections, maxSeatsPerRequest } = shape;
    const random = new Random(seed);
    this.sections = Array.from({ length: sections }, (_, index) => makeSection(index, shape));
    this.sectionOf = new Uint32Array(requests);
    this.seatCounts = new Uint8Array(requests);
    for (let index = 0; index < requests; index++) {
      this.sectionOf[index] = random.whole(0, sections - 1);
      this.seatCounts[index] = random.whole(1, maxSeatsPerRequest);
    }
  }

  /** The section of a request. */
  section(request: number): Section {
    return this.sections[this.sectionOf[request] as number] as Section;
  }

  /** The record timestamp of a request, and the timestamp in its value. */
  timestampMs(request: number): number {
    return firstRequestMs + Math.floor((request * 1_000) / this.requestsPerSecond);
  }

  /** The record timestamp of a section's init command. */
  initTimestampMs(section: number): number {
    return firstInitMs + (section % 3_600_000);
  }

  /** Whether a seat, from 1, is reserved from the start. */
  isReserved(seat: number): boolean {
    return this.shape.fragmented && seat % 2 === 0;
  }
}

function makeSection(index: number, { partitions, seatsPerSection }: InputShape): Section {
  const eventId = 1 + (index % 10);
  const name = `A${index + 1}`;
  const key = Buffer.from(`${eventId}-${name}`);
  const partition = partitionOf(key, partitions);
  const rowLength = Math.min(seatsPerRow, seatsPerSection);
  if (seatsPerSection % rowLength !== 0) throw new Error(`${seatsPerSection} seats don't fill rows of ${rowLength}`);
  return {
    ...{ eventId, name, key, partition, seatsPerRow: rowLength },
    nameBytes: Buffer.from(name),
    seatPrefix: Buffer.from(`${name}-`),
    rows: seatsPerSection / rowLength,
  };
}
