import type { FrameWriter } from '../../src/frames.js';
import { initCodec } from '../../test/support/wire.js';
import { AvroWriter } from '../avro.js';
import { reservationIdBytes, userIdBytes, writeReservationId, writeUserId } from './identity.js';
import type { Load, Section } from './load.js';

/** Encodes ReservationRequestedEvents one at a time; the bytes returned are valid until the next call. */
export class RequestEncoder {
  private readonly writer = new AvroWriter(Buffer.alloc(1_024));
  private readonly reservationId = Buffer.alloc(reservationIdBytes);
  private readonly userId = Buffer.alloc(userIdBytes);

  constructor(private readonly load: Load) {}

  encode(request: number): Buffer {
    const { writer, load } = this;
    const section = load.section(request);
    writeReservationId(request, this.reservationId, 0);
    writeUserId(request, this.userId, 0);
    writer.at = 0;
    writer.string(this.reservationId);
    writer.long(section.eventId);
    writer.string(section.nameBytes);
    writer.long(load.seatCounts[request] as number);
    writer.string(this.userId);
    writer.long(load.timestampMs(request));
    return writer.written();
  }
}

/** Writes requests as frames, in the order of the schedule. */
export class RequestFrames {
  private readonly encoder: RequestEncoder;

  constructor(private readonly load: Load) {
    this.encoder = new RequestEncoder(load);
  }

  write(request: number, into: FrameWriter): void {
    const { partition, key } = this.load.section(request);
    const timestampMs = this.load.timestampMs(request);
    into.append({ partition, topic: 0, offset: 0, timestampMs }, this.encoder.encode(request), key);
  }
}

/** The init command of a section as a frame. */
export function writeInit(load: Load, index: number, into: FrameWriter): void {
  const section = load.sections[index] as Section;
  const { eventId, name, rows, seatsPerRow, partition, key } = section;
  const initialReserved: string[] = [];
  for (let seat = 1; seat <= rows * seatsPerRow; seat++) {
    if (load.isReserved(seat)) initialReserved.push(`${name}-${seat}`);
  }
  const value = initCodec.encode({ eventId: BigInt(eventId), section: name, rows, seatsPerRow, initialReserved });
  into.append({ partition, topic: 0, offset: 0, timestampMs: load.initTimestampMs(index) }, value, key);
}
