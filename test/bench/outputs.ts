import { indexOfReservationId, writeReservationId, writeUserId } from '../../bench/input/identity.js';
import { Load, type Section } from '../../bench/input/load.js';
import { answer, type Model } from '../../bench/model.js';
import type { InputShape } from '../../bench/results.js';
import { FrameCursor, FrameWriter } from '../../src/frames.js';
import { partitionOf } from '../support/murmur2.js';
import { type Answer, answerCodec, fullStatusCodec, statusCodec } from '../support/wire.js';

/** A load that sells out, so that answers of both kinds and holes are in it. */
export const smallShape: InputShape = {
  ...{ requests: 400, sections: 5, seatsPerSection: 100, partitions: 4, maxSeatsPerRequest: 4, fragmented: false },
};

/** A record that a correct program put out, before it is written as a frame. */
export type OutputRecord = {
  partition: number;
  timestampMs: number;
  key: Buffer;
  value: Buffer;
};

export function idOf(request: number): string {
  const id = Buffer.alloc(36);
  writeReservationId(request, id, 0);
  return id.toString();
}

export function userOf(request: number): string {
  const user = Buffer.alloc(10);
  writeUserId(request, user, 0);
  return user.toString();
}

/** The right answer to a request, with some fields changed. */
export function answerRecord(load: Load, model: Model, request: number, change: Partial<Answer> = {}): OutputRecord {
  const { eventId, name } = load.section(request);
  const first = model.firstSeats[request] as number;
  const seatCount = load.seatCounts[request] as number;
  const key = Buffer.from(idOf(request));
  const timestampMs = load.timestampMs(request);
  const value = answerCodec.encode({
    ...{ reservationId: idOf(request), eventId: BigInt(eventId), userId: userOf(request), section: name, seatCount },
    status: first > 0 ? 'CONFIRMED' : 'REJECTED',
    allocatedSeats: first > 0 ? Array.from({ length: seatCount }, (_, index) => `${name}-${first + index}`) : [],
    timestamp: BigInt(timestampMs),
    ...change,
  });
  return { partition: partitionOf(key, load.shape.partitions), timestampMs, key, value };
}

export const answerRecords = (load: Load, model: Model): OutputRecord[] =>
  Array.from({ length: load.shape.requests }, (_, request) => answerRecord(load, model, request));

/** The statuses of `every`, section after section: of the init, then of each request. */
export function statusRecords(load: Load, model: Model, payload: 'count' | 'full'): OutputRecord[] {
  return load.sections.flatMap((section, index) => {
    const taken = Array.from({ length: load.shape.seatsPerSection }, (_, seat) => load.isReserved(seat + 1));
    const initial = statusRecord(load, section, taken, load.initTimestampMs(index), payload);
    const requests = model.inOrder.subarray(model.starts[index], model.starts[index + 1]);
    const later = Array.from(requests, (request) => {
      const first = model.firstSeats[request] as number;
      if (first > 0) taken.fill(true, first - 1, first - 1 + (load.seatCounts[request] as number));
      return statusRecord(load, section, taken, load.timestampMs(request), payload);
    });
    return [initial, ...later];
  });
}

function statusRecord(
  load: Load,
  { eventId, name, key, partition }: Section,
  taken: readonly boolean[],
  timestampMs: number,
  payload: 'count' | 'full',
): OutputRecord {
  const availableCount = taken.filter((isTaken) => !isTaken).length;
  const subject = { eventId: BigInt(eventId), section: name, availableCount };
  const seats = taken.map((isTaken, seat) => [`${name}-${seat + 1}`, isTaken ? 'RESERVED' : 'AVAILABLE']);
  const value =
    payload === 'count'
      ? statusCodec.encode({ ...subject, timestamp: BigInt(timestampMs) })
      : fullStatusCodec.encode({ ...subject, seatStatuses: Object.fromEntries(seats) });
  return { partition: partition % load.shape.partitions, timestampMs, key, value };
}

/** Hands records to a check, as frames, and finishes it. */
export function feed(
  records: readonly OutputRecord[],
  check: { take(record: FrameCursor): void; finish(): void },
): void {
  const writer = new FrameWriter();
  for (const [offset, { partition, timestampMs, key, value }] of records.entries()) {
    writer.append({ partition, topic: 0, offset, timestampMs }, value, key);
  }
  const { bytes, sizeBytes } = writer.take();
  const cursor = new FrameCursor(Buffer.from(bytes), 0, sizeBytes);
  while (cursor.advance()) check.take(cursor);
  check.finish();
}

export function smallLoad(change: Partial<InputShape> = {}, requestsPerSecond?: number): { load: Load; model: Model } {
  const load = new Load({ ...smallShape, ...change }, requestsPerSecond);
  return { load, model: answer(load) };
}

export const requestOf = (id: string): number => indexOfReservationId(Buffer.from(id), 0);
