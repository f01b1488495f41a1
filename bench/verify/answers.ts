import type { FrameCursor } from '../../src/frames.js';
import { partitionOf } from '../../test/support/murmur2.js';
import { AvroReader } from '../avro.js';
import {
  indexOfReservationId,
  reservationIdBytes,
  userIdBytes,
  writeReservationId,
  writeUserId,
} from '../input/identity.js';
import type { Load } from '../input/load.js';
import type { Model } from '../model.js';
import type { Problems } from './problems.js';

const confirmed = Buffer.from('CONFIRMED');
const rejected = Buffer.from('REJECTED');

/** Checks results one by one: each request is answered once, every field is the model's, and no seat is given away twice. */
export class AnswerCheck {
  private readonly answered: Uint8Array;
  private readonly soldSeats: Uint8Array;
  private readonly reader = new AvroReader();
  private readonly reservationId = Buffer.alloc(reservationIdBytes);
  private readonly userId = Buffer.alloc(userIdBytes);

  constructor(
    private readonly load: Load,
    private readonly model: Model,
    private readonly partitions: number,
    private readonly problems: Problems,
  ) {
    this.answered = new Uint8Array(load.shape.requests);
    this.soldSeats = new Uint8Array(load.shape.sections * load.shape.seatsPerSection);
  }

  take(result: FrameCursor): void {
    const { reader, problems } = this;
    const where = (): string => `${result.partition}@${result.offset}`;
    if (!result.hasValue || !result.hasKey) {
      problems.add('results without key or value', where);
      return;
    }
    reader.begin(result.buffer, result.valueStart, result.valueEnd);
    const idStart = reader.string();
    const request = indexOfReservationId(result.buffer, idStart);
    if (!(request < this.answered.length)) {
      problems.add('answers to nothing that was asked', where);
      return;
    }
    if (this.answered[request] === 1) problems.add('duplicated answers', () => `request ${request}`);
    this.answered[request] = 1;

    writeReservationId(request, this.reservationId, 0);
    const key = result.buffer.subarray(result.valueEnd, result.keyEnd);
    const isRightId = result.buffer.compare(this.reservationId, 0, reservationIdBytes, idStart, reader.at) === 0;
    if (!isRightId || !key.equals(this.reservationId)) problems.add('wrong keys or ids', where);
    if (result.partition !== partitionOf(key, this.partitions)) problems.add('results in the wrong partition', where);
    const timestampMs = this.load.timestampMs(request);
    if (result.timestampMs !== timestampMs) problems.add('wrong record timestamps of results', where);
    if (!this.isRight(request, timestampMs)) problems.add('wrong answers', () => `request ${request} at ${where()}`);
  }

  finish(): void {
    for (let request = this.answered.indexOf(0); request >= 0; request = this.answered.indexOf(0, request + 1)) {
      const index = request;
      this.problems.add('missing answers', () => `request ${index}`);
    }
  }

  /** Reads the fields behind the reservationId. */
  private isRight(request: number, timestampMs: number): boolean {
    const { reader, load } = this;
    const section = load.section(request);
    const seatCount = load.seatCounts[request] as number;
    const firstSeat = this.model.firstSeats[request] as number;
    writeUserId(request, this.userId, 0);
    return (
      reader.long() === section.eventId &&
      reader.stringIs(this.userId) &&
      reader.stringIs(firstSeat > 0 ? confirmed : rejected) &&
      reader.stringIs(section.nameBytes) &&
      reader.long() === seatCount &&
      this.seatsAre(request, firstSeat, firstSeat > 0 ? seatCount : 0) &&
      reader.long() === timestampMs &&
      reader.atEnd
    );
  }

  private seatsAre(request: number, firstSeat: number, count: number): boolean {
    const { seatPrefix } = this.load.section(request);
    const { seatsPerSection } = this.load.shape;
    const firstOfSection = (this.load.sectionOf[request] as number) * seatsPerSection;
    let seats = 0;
    let areRight = true;
    for (let items = this.reader.block(); items > 0; items = this.reader.block()) {
      for (; items > 0; items--) {
        const seat = this.reader.numberAfter(seatPrefix);
        if (seat !== firstSeat + seats) areRight = false;
        seats++;
        if (!(seat >= 1 && seat <= seatsPerSection)) continue;
        const index = firstOfSection + seat - 1;
        if (this.soldSeats[index] === 1) this.problems.add('seats sold twice', () => `seat ${seat} by ${request}`);
        this.soldSeats[index] = 1;
      }
    }
    return areRight && seats === count;
  }
}
