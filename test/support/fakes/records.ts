import { type FrameBatch, FrameWriter, framesOf, InputTopic } from '../../../src/frames.js';
import { readHeaders } from '../../../src/headers.js';
import type { ProcessResult } from '../../../src/slots/tasks.js';
import {
  type Answer,
  answerCodec,
  type Init,
  initCodec,
  type Request,
  requestCodec,
  type Status,
  sectionKey,
  statusCodec,
} from '../wire.js';

/** A record of one of the inputs. */
export type InputRecord = {
  readonly topic: InputTopic;
  readonly partition: number;
  readonly offset: number;
  readonly timestampMs: number;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
};

export type Place = { readonly offset: number; readonly timestampMs?: number; readonly partition?: number };

const placed = ({ offset, timestampMs = 1_000 + offset, partition = 0 }: Place) => ({ offset, timestampMs, partition });

/** An init of section "A" of event 1 with one row of ten seats, unless it says something else. */
export function initRecord(command: Partial<Init>, place: Place): InputRecord {
  const whole: Init = { eventId: 1n, section: 'A', rows: 1, seatsPerRow: 10, initialReserved: [], ...command };
  const key = Buffer.from(sectionKey(whole));
  return { topic: InputTopic.init, ...placed(place), key, value: initCodec.encode(whole) };
}

/** A request for one seat in section "A" of event 1, unless it says something else; its id is its place. */
export function requestRecord(asked: Partial<Request>, place: Place): InputRecord {
  const reservationId = `${place.partition ?? 0}@${place.offset}`;
  const whole: Request = {
    reservationId,
    eventId: 1n,
    section: 'A',
    seatCount: 1,
    userId: 'u',
    timestamp: 5n,
    ...asked,
  };
  const key = Buffer.from(sectionKey(whole));
  return { topic: InputTopic.requests, ...placed(place), key, value: requestCodec.encode(whole) };
}

/** A record of partition 0 with bytes of the caller's choice. */
export const rawRecord = (topic: InputTopic, offset: number, value: Buffer | null, key: Buffer | null = null) => ({
  ...{ topic, key, value },
  ...placed({ offset }),
});

export function framesFrom(records: Iterable<InputRecord>): FrameBatch {
  const writer = new FrameWriter();
  for (const record of records) writer.append(record, record.value, record.key);
  return writer.take();
}

/** A frame, read; `text` is its key. */
export type ReadFrame = {
  readonly topic: number;
  readonly partition: number;
  readonly offset: number;
  readonly timestampMs: number;
  readonly text: string | undefined;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: Readonly<Record<string, string>>;
};

const copied = (bytes: Buffer | null): Buffer | null => (bytes === null ? null : Buffer.from(bytes));

export function readFrames(batch: FrameBatch): ReadFrame[] {
  const frames: ReadFrame[] = [];
  const cursor = framesOf(batch);
  while (cursor.advance()) {
    const { topic, partition, offset, timestampMs } = cursor;
    const key = copied(cursor.key());
    const headers = Object.fromEntries(
      readHeaders(cursor.headers()).flatMap((one) => Object.entries(one).map(([name, value]) => [name, `${value}`])),
    );
    const text = key?.toString();
    frames.push({ topic, partition, offset, timestampMs, text, key, value: copied(cursor.value()), headers });
  }
  return frames;
}

/** Plain objects: avsc makes instances of classes of its own. */
const decodedFrom = <T extends object>(batch: FrameBatch, codec: { decode(bytes: Buffer): T }): T[] =>
  readFrames(batch).map(({ value }) => ({ ...codec.decode(value ?? Buffer.alloc(0)) }));

export const answersIn = (result: Pick<ProcessResult, 'results'>): Answer[] => decodedFrom(result.results, answerCodec);
export const statusesIn = (result: Pick<ProcessResult, 'statuses'>): Status[] =>
  decodedFrom(result.statuses, statusCodec);

/** Statuses as texts: section, free seats, timestamp. */
export const shownStatuses = (result: Pick<ProcessResult, 'statuses'>): string[] =>
  statusesIn(result).map(({ section, availableCount, timestamp }) => `${section} ${availableCount} at ${timestamp}`);

/** A frame batch of its own bytes, for it can be transferred only once. */
export const cloneFrames = (batch: FrameBatch): FrameBatch => ({ ...batch, bytes: batch.bytes.slice(0) });
