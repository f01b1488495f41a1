import { assert } from '../src/errors.js';
import { FrameCursor, InputTopic } from '../src/frames.js';
import { aheadOf, positionOf } from '../src/pipeline/positions.js';
import { noCounts } from '../src/slots/counts.js';
import type { SlotSettings } from '../src/slots/settings.js';
import type { BatchPart, DeadLetterCode, ProcessResult, RejectionReason, Replacement } from '../src/slots/tasks.js';
import type { SectionInit } from './avro.js';
import { decodeInit } from './decode.js';
import type { Outputs } from './outputs.js';
import type { Partition } from './partition.js';
import type { Payload } from './payload.js';
import { removedSection } from './removal.js';
import { RequestReader } from './request.js';
import { Routing } from './routing.js';
import { SeatMap } from './seat-map.js';
import { reservedSeats } from './seat-names.js';
import { Section } from './section.js';
import { SectionKey } from './section-key.js';
import { isUndecodable } from './undecodable.js';

/** The most replacements of sold sections that are named one by one; the rest are counted. */
const REPLACEMENTS_NAMED = 100;

/**
 * The record timestamp. Kafka lets a producer set any 64 bits; beyond 2^53, where no clock will ever be, it is brought
 * to the nearest that a double holds and an image can be read with.
 */
const timestampOf = ({ timestampMs }: FrameCursor): number =>
  Math.max(Number.MIN_SAFE_INTEGER, Math.min(timestampMs, Number.MAX_SAFE_INTEGER));

/** A batch in its slot: decodes, allocates, and encodes what follows from it. Nothing here does I/O or reads a clock. */
export class Batch {
  private readonly requestReader = new RequestReader();
  private readonly counts = noCounts();
  private readonly replacements: Replacement[] = [];
  private readonly changed: Section[] = [];
  private readonly statusDue: Section[] = [];
  private readonly routing: Routing;
  /** Record timestamps in milliseconds: of the first records of the parts the least, of the last ones the greatest. */
  private oldestMs = Number.POSITIVE_INFINITY;
  private newestMs = Number.NEGATIVE_INFINITY;

  constructor(
    /** Unique within the slot; sections remember it. */
    private readonly number: number,
    private readonly settings: SlotSettings,
    /** Used by one batch at a time, as is `payload`. */
    private readonly outputs: Outputs,
    private readonly payload: Payload,
  ) {
    outputs.clear();
    this.routing = new Routing(settings.inputPartitions);
  }

  /** Carries out a partition's frames in their order, then writes the images of the sections that they changed. */
  process(partition: Partition, part: BatchPart, buffer: Buffer): void {
    assert(partition.number === part.partition, 'a part of a batch goes to its own partition');
    const frame = new FrameCursor(buffer, part.start, part.end);
    let firstMs = Number.NaN;
    while (frame.advance()) {
      if (frame.frameStart === part.start) firstMs = frame.timestampMs;
      this.counts.messages += 1;
      if (frame.hasValue) this.record(partition, frame);
      else this.withoutValue(partition, frame);
    }
    this.oldestMs = Math.min(this.oldestMs, firstMs);
    this.newestMs = Math.max(this.newestMs, frame.timestampMs);
    for (const section of this.changed) {
      // What was skipped may reach beyond this batch.
      if (!aheadOf(section.positions, part.positions)) section.positions = part.positions;
      this.outputs.image(section, part.partition, section.positions);
    }
    for (const section of this.statusDue) this.emitStatus(section, section.statusTimestampMs);
    this.changed.length = 0;
    this.statusDue.length = 0;
  }

  finish(): ProcessResult {
    const { counts, replacements, routing, oldestMs: oldest, newestMs: newest } = this;
    counts.misrouted = routing.misrouted;
    const timestampsMs = counts.messages === 0 ? undefined : { oldest, newest };
    return {
      ...this.outputs.take(),
      counts,
      replacements,
      misrouted: routing.first,
      timestampsMs,
      unknownSchemaIds: [],
    };
  }

  private record(partition: Partition, frame: FrameCursor): void {
    const refusal = this.payload.open(frame);
    if (refusal !== undefined) this.deadLetter(frame, refusal.code, refusal.reason);
    else if (frame.topic === InputTopic.init) this.init(partition, frame);
    else this.request(partition, frame);
  }

  private request(partition: Partition, frame: FrameCursor): void {
    const { requestReader: request, payload } = this;
    const undecodable = request.read(payload.view, payload.start, payload.end);
    if (undecodable !== undefined) {
      this.deadLetter(frame, 'undecodable', undecodable);
      return;
    }
    const section = partition.sections.find(request.view, request.identityStart, request.sectionEnd);
    if (section !== undefined && this.hadItsEffect(section, frame)) return;
    // Whether an answer and a status can be produced is known before the seat map is touched.
    const { messageBytes } = this.settings.limits;
    const seatCountOfSection = section !== undefined && this.isGivable(request.seatCount) ? section.map.seatCount : 0;
    const answerBytes = this.outputs.resultUpperBoundBytes(request, seatCountOfSection);
    if (answerBytes > messageBytes) {
      this.deadLetter(frame, 'answerTooLarge', `the answer could have ${answerBytes} bytes`);
      return;
    }
    const statusBytes = section === undefined ? 0 : this.statusBytes(section);
    if (statusBytes > messageBytes) {
      this.deadLetter(frame, 'statusTooLarge', `the status could have ${statusBytes} bytes`);
      return;
    }
    this.counts.requests += 1;
    if (section === undefined) this.routing.noteUnknown(request, partition.number);
    else this.routing.note(section.identity, partition.number);
    const timestampMs = timestampOf(frame);
    if (section === undefined) {
      this.counts.rejected.unknownSection += 1;
      this.outputs.result(request, -1, answerBytes, timestampMs);
      return;
    }
    const firstSeat = this.allocate(section, request.seatCount, timestampMs);
    this.outputs.result(request, firstSeat, answerBytes, timestampMs);
    this.oweStatus(section, timestampMs);
  }

  /** The first of the seats taken (0-based), or -1. */
  private allocate(section: Section, seatCount: number, timestampMs: number): number {
    const { map } = section;
    const first = this.isGivable(seatCount) ? map.allocate(seatCount, this.settings.adjacency) : -1;
    if (first < 0) {
      this.counts.rejected[this.rejectionReason(map, seatCount)] += 1;
      return -1;
    }
    this.counts.confirmed += 1;
    this.counts.seatsSold += seatCount;
    this.markChanged(section, timestampMs);
    return first;
  }

  /** Whether so many seats can be given at all. */
  private isGivable(seatCount: number): boolean {
    return seatCount > 0 && seatCount <= this.settings.limits.seatsPerRequest;
  }

  private rejectionReason(map: SeatMap, seatCount: number): RejectionReason {
    if (seatCount <= 0) return 'seatCount';
    if (seatCount > this.settings.limits.seatsPerRequest) return 'tooManySeats';
    return seatCount > map.available ? 'tooFewSeats' : 'noAdjacentSeats';
  }

  private init(partition: Partition, frame: FrameCursor): void {
    const init = decodeInit(this.payload.buffer, this.payload.start, this.payload.end);
    if (isUndecodable(init)) {
      this.deadLetter(frame, 'undecodable', init.undecodable);
      return;
    }
    const key = new SectionKey(init.eventId, init.section);
    const held = partition.sections.get(key);
    if (held !== undefined && this.hadItsEffect(held, frame)) return;
    const refusal = this.refusal(init, key, held === undefined ? partition.sections.size : 0);
    if (refusal !== undefined) {
      this.deadLetter(frame, ...refusal);
      return;
    }
    this.counts.inits += 1;
    this.routing.note(key, partition.number);
    if (held !== undefined && held.map.sold > 0) {
      const refused = this.settings.onSold === 'refuse';
      if (this.replacements.length < REPLACEMENTS_NAMED)
        this.replacements.push({ key: held.key, sold: held.map.sold, refused });
      if (refused) {
        this.deadLetter(frame, 'sectionSold', `${held.map.sold} seats of the section are sold`);
        this.oweStatus(held, timestampOf(frame));
        return;
      }
    }
    this.create(partition, key, init, timestampOf(frame));
  }

  /** Why a command can't be carried out, whatever the seat map says. */
  private refusal(init: SectionInit, key: SectionKey, sectionsHeld: number): [DeadLetterCode, string] | undefined {
    const { limits } = this.settings;
    if (key.nameBytes > limits.sectionNameBytes)
      return ['sectionNameTooLong', `${key.nameBytes} bytes are more than limits.sectionNameBytes`];
    const seatCount = Math.max(0, init.rows) * Math.max(0, init.seatsPerRow);
    if (seatCount > limits.seatsPerSection)
      return ['sectionTooLarge', `${seatCount} seats are more than limits.seatsPerSection`];
    if (sectionsHeld >= limits.sectionsPerPartition)
      return ['tooManySections', `the partition holds limits.sectionsPerPartition sections already`];
    const statusBytes = this.outputs.statusUpperBoundBytes(key, seatCount);
    if (statusBytes > limits.messageBytes) return ['statusTooLarge', `the status could have ${statusBytes} bytes`];
    return undefined;
  }

  /** The removal of a section, or nothing. */
  private withoutValue(partition: Partition, frame: FrameCursor): void {
    const key = frame.topic === InputTopic.init ? removedSection(frame.key()) : undefined;
    const held = key && partition.sections.get(key);
    if (key === undefined || held === undefined) {
      this.counts.nullValues += 1;
      return;
    }
    if (this.hadItsEffect(held, frame)) return;
    this.counts.removals += 1;
    this.forget(held);
    partition.sections.delete(key);
    // At once: should an init come behind it, that one's image and status are the last ones.
    this.outputs.tombstones(key, partition.number, timestampOf(frame));
  }

  private create(partition: Partition, key: SectionKey, init: SectionInit, timestampMs: number): void {
    const { section: name, rows, seatsPerRow, initialReserved } = init;
    const seatCount = rows > 0 && seatsPerRow > 0 ? rows * seatsPerRow : 0;
    const map = SeatMap.create(rows, seatsPerRow, reservedSeats(initialReserved, name, seatCount));
    const section = new Section(key, map, { init: 0, requests: 0 }, timestampMs);
    const held = partition.sections.get(key);
    if (held !== undefined) this.forget(held);
    partition.sections.set(section);
    this.markChanged(section, timestampMs);
    this.oweStatus(section, timestampMs);
  }

  /** A section that was replaced or removed has no image and no status of this batch to come. */
  private forget(section: Section): void {
    if (section.changedIn === this.number) this.changed.splice(this.changed.indexOf(section), 1);
    if (section.statusDueIn === this.number) this.statusDue.splice(this.statusDue.indexOf(section), 1);
  }

  private markChanged(section: Section, timestampMs: number): void {
    section.lastTimestampMs = timestampMs;
    this.oweImage(section);
  }

  private oweImage(section: Section): void {
    if (section.changedIn === this.number) return;
    section.changedIn = this.number;
    this.changed.push(section);
  }

  private oweStatus(section: Section, timestampMs: number): void {
    if (this.settings.emit === 'every') {
      this.emitStatus(section, timestampMs);
      return;
    }
    section.statusTimestampMs = timestampMs;
    if (section.statusDueIn === this.number) return;
    section.statusDueIn = this.number;
    this.statusDue.push(section);
  }

  private emitStatus(section: Section, timestampMs: number): void {
    this.counts.statuses += 1;
    this.outputs.status(section, timestampMs);
  }

  private statusBytes(section: Section): number {
    return this.outputs.statusUpperBoundBytes(section.identity, section.map.seatCount);
  }

  /**
   * Whether the record lies below its section's image. Under at_least_once that is a record whose answer was delivered
   * before the image was; under exactly_once no such record can be read.
   */
  private hadItsEffect(section: Section, frame: FrameCursor): boolean {
    if (frame.offset >= positionOf(section.positions, frame.topic as InputTopic)) return false;
    assert(
      this.settings.guarantee === 'at_least_once',
      `record ${frame.offset} of partition ${frame.partition} lies above the committed offset but below the image of ${section.key}`,
    );
    this.counts.skipped += 1;
    this.repeat(section);
    return true;
  }

  /**
   * Image and status are sent again as they stand, the status dated as the image is: older ones may lie behind them, of
   * who read the record again and did not know of the image, and compaction keeps what lies last.
   */
  private repeat(section: Section): void {
    if (section.changedIn === this.number) return;
    this.oweImage(section);
    const isFit = this.statusBytes(section) <= this.settings.limits.messageBytes;
    if (isFit) this.oweStatus(section, section.lastTimestampMs);
  }

  private deadLetter(frame: FrameCursor, code: DeadLetterCode, reason: string): void {
    this.counts.deadLetters[code] += 1;
    this.outputs.deadLetter(frame, code, reason);
  }
}
