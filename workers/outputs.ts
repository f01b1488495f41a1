import { assert } from '../src/errors.js';
import type { FramePool } from '../src/frame-pool.js';
import { type FrameBatch, type FrameCursor, FrameWriter, InputTopic } from '../src/frames.js';
import { writeHeaders } from '../src/headers.js';
import type { Positions } from '../src/pipeline/positions.js';
import { HEADER_BYTES, writeHeader } from '../src/registry/header.js';
import type { SlotSettings } from '../src/slots/settings.js';
import type { DeadLetterCode } from '../src/slots/tasks.js';
import { copyBytes } from './bytes.js';
import { resultUpperBoundBytes, statusUpperBoundBytes, writeResult, writeStatus } from './encode.js';
import { FrameGroups } from './frame-groups.js';
import { fullStatusBound, writeFullStatus } from './full-status.js';
import { encodeImage } from './image.js';
import { murmur2, partitionOf, partitionOfHash } from './murmur2.js';
import type { RequestReader } from './request.js';
import type { Section } from './section.js';
import type { SectionKey } from './section-key.js';

/** How much of the key a dead letter keeps that is too large to be produced itself. */
const KEY_PREFIX_BYTES = 256;
/** Room for a dead letter's headers and for what librdkafka adds to a record. */
const DEAD_LETTER_HEADROOM_BYTES = 8192;

/** librdkafka takes a timestamp of 0 for "now"; what an output carries comes from its input alone. */
const recordTimestampMs = (timestampMs: number): number => Math.max(1, timestampMs);

/** What a batch produces, encoded straight into one frame batch a topic; used for one batch after the other. */
export class Outputs {
  private readonly results: FrameGroups;
  private readonly statuses: FrameGroups;
  /** In the order of their partitions' parts of the batch. */
  private readonly images: FrameWriter;
  private readonly deadLetters = new FrameWriter();
  /** Of each answer and each status. */
  private readonly headerBytes: number;

  constructor(
    private readonly settings: SlotSettings,
    pool: FramePool,
  ) {
    this.headerBytes = settings.framing === undefined ? 0 : HEADER_BYTES;
    this.results = new FrameGroups(settings.partitionCounts.results, pool);
    this.statuses = new FrameGroups(settings.partitionCounts.status, pool);
    this.images = new FrameWriter(0, pool);
  }

  /** Forgets what a batch that failed left behind. */
  clear(): void {
    for (const output of [this.results, this.statuses, this.images, this.deadLetters]) output.clear();
  }

  take(): Record<'results' | 'statuses' | 'images' | 'deadLetters', FrameBatch> {
    return {
      results: this.results.take(),
      statuses: this.statuses.take(),
      images: this.images.take(),
      deadLetters: this.deadLetters.take(),
    };
  }

  /**
   * The answer to a request: the seats from `firstSeat` (0-based) on, or none when it is -1.
   *
   * @param mostBytes what the answer can have at the most, key and value
   */
  result(request: RequestReader, firstSeat: number, mostBytes: number, timestampMs: number): void {
    const { view: source, reservationIdStart, reservationIdEnd } = request;
    const { results: partitionCount } = this.settings.partitionCounts;
    const partition = partitionOfHash(murmur2(source, reservationIdStart, reservationIdEnd), partitionCount);
    const writer = this.results.of(partition);
    const at = writer.reserve(mostBytes);
    const { framing } = this.settings;
    const start = framing === undefined ? at : writeHeader(framing.resultsId, writer.view, at);
    const valueEnd = writeResult(request, firstSeat, timestampMs, writer.view, start);
    const end = copyBytes(source, reservationIdStart, reservationIdEnd, writer.view, valueEnd);
    assert(end - at <= mostBytes, 'an answer fits its upper bound');
    writer.finishOutput(partition, recordTimestampMs(timestampMs), valueEnd - at, end - valueEnd);
  }

  /** The largest answer that a request can have, key and value; see encode.ts. */
  resultUpperBoundBytes(request: RequestReader, seatCountOfSection: number): number {
    return this.headerBytes + resultUpperBoundBytes(request, seatCountOfSection);
  }

  /** The largest status that a section can need, key and value. */
  statusUpperBoundBytes({ identityStart: keyBytes, nameBytes }: SectionKey, seatCount: number): number {
    if (this.settings.payload === 'full') return this.headerBytes + keyBytes + fullStatusBound(nameBytes, seatCount);
    return this.headerBytes + statusUpperBoundBytes(keyBytes);
  }

  status({ identity, map }: Section, timestampMs: number): void {
    const partition = partitionOfHash(identity.hash, this.settings.partitionCounts.status);
    const writer = this.statuses.of(partition);
    const mostBytes = this.statusUpperBoundBytes(identity, map.seatCount);
    const at = writer.reserve(mostBytes);
    const { framing, payload } = this.settings;
    const start = framing === undefined ? at : writeHeader(framing.statusId, writer.view, at);
    const valueEnd =
      payload === 'full'
        ? writeFullStatus(identity, map, writer.view, start)
        : writeStatus(identity, map.available, timestampMs, writer.view, start);
    const end = copyBytes(identity.view, 0, identity.identityStart, writer.view, valueEnd);
    assert(end - at <= mostBytes, 'a status fits its upper bound');
    writer.finishOutput(partition, recordTimestampMs(timestampMs), valueEnd - at, end - valueEnd);
  }

  /** The section's image, for the changelog's partition of the same number as its inputs' and for the store. */
  image({ identity, map, imageSizeBytes, lastTimestampMs }: Section, partition: number, positions: Positions): void {
    const writer = this.images;
    const at = writer.reserve(imageSizeBytes + identity.identityStart);
    const valueEnd = at + encodeImage(writer.view, at, identity.checksum, map, positions, lastTimestampMs);
    const end = copyBytes(identity.view, 0, identity.identityStart, writer.view, valueEnd);
    writer.finishOutput(partition, recordTimestampMs(lastTimestampMs), valueEnd - at, end - valueEnd);
  }

  /** A section is no more: in the changelog, for who restores, and in the status topic, for who keeps its count. */
  tombstones({ view, identityStart: keyBytes, hash }: SectionKey, partition: number, timestampMs: number): void {
    const key = Buffer.from(view.buffer, view.byteOffset, keyBytes);
    const meta = { topic: 0, offset: 0, timestampMs: recordTimestampMs(timestampMs) };
    const statusPartition = partitionOfHash(hash, this.settings.partitionCounts.status);
    this.images.append({ ...meta, partition }, null, key);
    this.statuses.of(statusPartition).append({ ...meta, partition: statusPartition }, null, key);
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
