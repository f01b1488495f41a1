import { assert } from '../src/errors.js';
import { type FrameCursor, FrameWriter, InputTopic } from '../src/frames.js';
import { writeHeaders } from '../src/headers.js';
import type { Positions } from '../src/pipeline/positions.js';
import type { SlotSettings } from '../src/slots/settings.js';
import type { DeadLetterCode } from '../src/slots/tasks.js';
import type { ReservationRequest } from './avro.js';
import {
  encodeFullStatus,
  encodeResult,
  encodeStatus,
  fullStatusUpperBoundBytes,
  resultUpperBoundBytes,
} from './encode.js';
import { encodeImage } from './image.js';
import { partitionOf } from './murmur2.js';
import type { Section } from './section.js';

/** The most bytes of a slim status besides its section's name. */
const STATUS_FIXED_BYTES = 32;
/** How much of the key a dead letter keeps that is too large to be produced itself. */
const KEY_PREFIX_BYTES = 256;
/** Room for a dead letter's headers and for what librdkafka adds to a record. */
const DEAD_LETTER_HEADROOM_BYTES = 8192;

/** librdkafka takes a timestamp of 0 for "now"; what an output carries comes from its input alone. */
const recordTimestampMs = (timestampMs: number): number => Math.max(1, timestampMs);

/** What a batch produces, encoded straight into one frame batch a topic. */
export class Outputs {
  readonly results: FrameWriter;
  readonly statuses: FrameWriter;
  readonly images = new FrameWriter();
  readonly deadLetters = new FrameWriter();

  constructor(
    private readonly settings: SlotSettings,
    inputSizeBytes: number,
  ) {
    this.results = new FrameWriter(2 * inputSizeBytes);
    this.statuses = new FrameWriter(settings.emit === 'every' ? inputSizeBytes : 0);
  }

  result(request: ReservationRequest, seats: readonly string[], seatCountOfSection: number, timestampMs: number): void {
    const writer = this.results;
    const at = writer.reserve(resultUpperBoundBytes(request, seatCountOfSection));
    const valueBytes = encodeResult(
      {
        reservationId: request.reservationId,
        eventId: request.eventId,
        userId: request.userId,
        status: seats.length > 0 ? 'CONFIRMED' : 'REJECTED',
        section: request.section,
        seatCount: request.seatCount,
        allocatedSeats: seats,
        timestamp: timestampMs,
      },
      writer.buffer,
      at,
    );
    assert(valueBytes > 0, 'an answer fits its upper bound');
    const keyStart = at + valueBytes;
    const keyBytes = writer.buffer.write(request.reservationId, keyStart);
    const { results } = this.settings.partitionCounts;
    const partition = partitionOf(writer.buffer, keyStart, keyStart + keyBytes, results);
    writer.finish(
      { partition, topic: 0, offset: 0, timestampMs: recordTimestampMs(timestampMs) },
      valueBytes,
      keyBytes,
    );
  }

  /** The largest status that a section can need, key and value. */
  statusUpperBoundBytes(name: string, keyBytes: number, seatCount: number): number {
    if (this.settings.payload === 'full') return keyBytes + fullStatusUpperBoundBytes(name, seatCount);
    return STATUS_FIXED_BYTES + 2 * keyBytes;
  }

  status(section: Section, timestampMs: number): void {
    const { eventId, name, map, keyBytes } = section;
    const writer = this.statuses;
    const at = writer.reserve(this.statusUpperBoundBytes(name, keyBytes.length, map.seatCount));
    const valueBytes =
      this.settings.payload === 'full'
        ? encodeFullStatus(eventId, name, map, writer.buffer, at)
        : encodeStatus(
            { eventId, section: name, availableCount: map.available, timestamp: timestampMs },
            writer.buffer,
            at,
          );
    assert(valueBytes > 0, 'a status fits its upper bound');
    writer.buffer.set(keyBytes, at + valueBytes);
    const partition = partitionOf(keyBytes, 0, keyBytes.length, this.settings.partitionCounts.status);
    const meta = { partition, topic: 0, offset: 0, timestampMs: recordTimestampMs(timestampMs) };
    writer.finish(meta, valueBytes, keyBytes.length);
  }

  /** The section's image, for the changelog's partition of the same number as its inputs' and for the store. */
  image(section: Section, partition: number, positions: Positions): void {
    const { map, keyBytes, lastTimestampMs } = section;
    const at = this.images.reserve(section.imageSizeBytes + keyBytes.length);
    const valueBytes = encodeImage(this.images.buffer, at, keyBytes, map, positions, lastTimestampMs);
    this.images.buffer.set(keyBytes, at + valueBytes);
    const meta = { partition, topic: 0, offset: 0, timestampMs: recordTimestampMs(lastTimestampMs) };
    this.images.finish(meta, valueBytes, keyBytes.length);
  }

  /** The record as received, with what is wrong with it; one that is too large keeps its size and its key's beginning. */
  deadLetter(frame: FrameCursor, code: DeadLetterCode, reason: string): void {
    const { settings } = this;
    const key = frame.key();
    const value = frame.value();
    const sizeBytes = (key?.length ?? 0) + (value?.length ?? 0);
    const isTooLarge = sizeBytes + DEAD_LETTER_HEADROOM_BYTES > settings.limits.messageBytes;
    const headers = writeHeaders([
      ['error.code', code],
      ['error.message', reason],
      ['topic', frame.topic === InputTopic.init ? settings.topics.init : settings.topics.requests],
      ['partition', String(frame.partition)],
      ['offset', String(frame.offset)],
      ...(isTooLarge ? ([['size', String(sizeBytes)]] as const) : []),
    ]);
    const keptKey = isTooLarge ? (key?.subarray(0, KEY_PREFIX_BYTES) ?? null) : key;
    const { deadLetters: count } = settings.partitionCounts;
    const partition = keptKey === null ? frame.partition % count : partitionOf(keptKey, 0, keptKey.length, count);
    const meta = { partition, topic: 0, offset: 0, timestampMs: recordTimestampMs(frame.timestampMs) };
    this.deadLetters.append(meta, isTooLarge ? null : value, keptKey, headers);
  }
}
