import type { FrameCursor } from '../../src/frames.js';
import { AvroReader } from '../avro.js';
import type { Load, Section } from '../input/load.js';
import type { Model } from '../model.js';
import type { Problems } from './problems.js';
import type { StatusSequence } from './status-sequence.js';

const availableBytes = Buffer.from('AVAILABLE');
const reservedBytes = Buffer.from('RESERVED');

/** Checks statuses of the whole map (SectionSeatState) one by one: every seat's state is the model's at that moment. */
export class FullStatusCheck {
  private readonly reader = new AvroReader();
  /** 1 for a seat that is reserved by what the statuses so far stand for; section after section. */
  private readonly reserved: Uint8Array;
  private readonly seen: Uint8Array;

  constructor(
    private readonly load: Load,
    private readonly model: Model,
    private readonly sequence: StatusSequence,
    private readonly partitions: number,
    private readonly problems: Problems,
  ) {
    const { sections, seatsPerSection } = load.shape;
    this.reserved = new Uint8Array(sections * seatsPerSection);
    for (let index = 0; index < this.reserved.length; index++) {
      if (load.isReserved((index % seatsPerSection) + 1)) this.reserved[index] = 1;
    }
    this.seen = new Uint8Array(seatsPerSection);
  }

  take(status: FrameCursor): void {
    const index = this.sequence.sectionOf(status, this.partitions);
    if (index === undefined) return;
    const { reader } = this;
    const section = this.load.sections[index] as Section;
    reader.begin(status.buffer, status.valueStart, status.valueEnd);
    const isOfEvent = reader.long() === section.eventId;
    const isOfSection = reader.stringIs(section.nameBytes) && isOfEvent;
    const seatsAt = reader.at;
    this.stepOverSeats();
    const available = reader.long();
    const isWhole = reader.atEnd;
    this.sequence.take(index, available, status.timestampMs, (request) => this.reserve(request));
    reader.begin(status.buffer, seatsAt, status.valueEnd);
    if (!isOfSection || !isWhole || !this.seatsAre(index, section)) {
      this.problems.add('wrong seat maps', () => `${section.name} at ${status.partition}@${status.offset}`);
    }
  }

  finish(): void {
    this.sequence.finish();
  }

  private reserve(request: number): void {
    const first = this.model.firstSeats[request] as number;
    if (first === 0) return;
    const start = (this.load.sectionOf[request] as number) * this.load.shape.seatsPerSection + first - 1;
    this.reserved.fill(1, start, start + (this.load.seatCounts[request] as number));
  }

  private stepOverSeats(): void {
    for (let items = this.reader.block(); items > 0; items = this.reader.block()) {
      for (; items > 0; items--) {
        this.reader.string();
        this.reader.string();
      }
    }
  }

  /** Reads the map: each seat once, in any order. */
  private seatsAre(index: number, section: Section): boolean {
    const { seatsPerSection } = this.load.shape;
    const start = index * seatsPerSection;
    this.seen.fill(0);
    let seats = 0;
    for (let items = this.reader.block(); items > 0; items = this.reader.block()) {
      for (; items > 0; items--, seats++) {
        const seat = this.reader.numberAfter(section.seatPrefix);
        if (!(seat >= 1 && seat <= seatsPerSection) || this.seen[seat - 1] === 1) return false;
        this.seen[seat - 1] = 1;
        const expected = this.reserved[start + seat - 1] === 1 ? reservedBytes : availableBytes;
        if (!this.reader.stringIs(expected)) return false;
      }
    }
    return seats === seatsPerSection;
  }
}
