import assert from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';
import { InputTopic } from '../../src/frames.js';
import { total } from '../../src/slots/counts.js';
import type { SlotSettings } from '../../src/slots/settings.js';
import { answersIn, type InputRecord, type ReadFrame, readFrames } from '../support/fakes/records.js';
import type { Processed } from '../support/fakes/slot-driver.js';
import { type Answer, sectionKey, statusCodec } from '../support/wire.js';
import { naiveImage } from './naive-image.js';
import { decodedRequest, type Effect, type FoldedSection, type SlotModel } from './slot-model.js';

const clamped = (timestampMs: number): bigint =>
  BigInt(Math.max(Number.MIN_SAFE_INTEGER, Math.min(Number.MAX_SAFE_INTEGER, timestampMs)));

/** What is told of a section that was removed. */
const tombstone = 'none';

function assertSame(actual: unknown, expected: unknown, message: string): void {
  if (!isDeepStrictEqual(actual, expected)) assert.deepEqual(actual, expected, message);
}

/** Holds one batch of partition 0 against the model, which it moves on. */
export class SlotCheck {
  private readonly letters: readonly ReadFrame[];
  private readonly tooLarge: ReadonlySet<string>;
  private readonly topics: readonly string[];

  constructor(
    private readonly settings: SlotSettings,
    private readonly model: SlotModel,
    private readonly batch: Processed,
  ) {
    this.letters = readFrames(batch.deadLetters);
    const tooLarge = this.letters.filter(({ headers }) => headers['error.code'] === 'answerTooLarge');
    this.tooLarge = new Set(tooLarge.map(({ headers }) => `${headers.topic} ${headers.offset}`));
    this.topics = [settings.topics.init, settings.topics.requests];
  }

  isTooLarge({ topic, offset }: InputRecord): boolean {
    return this.tooLarge.has(`${this.topics[topic]} ${offset}`);
  }

  records(records: readonly InputRecord[]): void {
    const statuses = new Map<string, string[]>();
    const answers: Answer[] = [];
    const changed = new Set<string>();
    const removed: string[] = [];
    const letters: (readonly [InputRecord, string])[] = [];
    for (const record of records) {
      const effect = this.model.apply(record, this.isTooLarge(record));
      const timestamp = clamped(record.timestampMs);
      if (effect.kind === 'deadLetter') letters.push([record, effect.code]);
      if (effect.kind === 'answer') answers.push(answerOf(effect, timestamp));
      const { status } = effect;
      if (status === undefined) continue;
      if (effect.kind === 'removal') {
        changed.delete(status);
        removed.push(status);
        statuses.set(status, [...(statuses.get(status) ?? []), tombstone]);
        continue;
      }
      const available = this.model.sections.get(status)?.free.filter(Boolean).length;
      statuses.set(status, [...(statuses.get(status) ?? []), `${available} at ${timestamp}`]);
      if (effect.kind === 'init' || (effect.kind === 'answer' && effect.seats.length > 0)) changed.add(status);
    }
    this.assertAnswers(answers);
    this.assertStatuses(statuses);
    this.assertImages(changed, removed);
    this.assertLetters(letters);
    const { counts } = this.batch;
    const { sectionSold } = counts.deadLetters;
    const accounted =
      counts.inits + counts.requests + counts.nullValues + counts.removals + total(counts.deadLetters) - sectionSold;
    assert.deepEqual([counts.messages, accounted, counts.skipped], [records.length, records.length, 0]);
  }

  private assertAnswers(expected: readonly Answer[]): void {
    assertSame(answersIn(this.batch), expected, 'answers are those of the model');
    for (const { key, value, timestampMs, text } of readFrames(this.batch.results)) {
      const sizeBytes = (key?.length ?? 0) + (value?.length ?? 0);
      assert.ok(sizeBytes <= this.settings.limits.messageBytes, 'an answer fits a record');
      assert.ok(timestampMs > 0);
      assert.ok(text !== undefined);
    }
  }

  private assertStatuses(expected: ReadonlyMap<string, readonly string[]>): void {
    const sent = new Map<string, string[]>();
    for (const { text = '', value } of readFrames(this.batch.statuses)) {
      const status = value === null ? undefined : statusCodec.decode(value);
      const key = status === undefined ? text : sectionKey(status);
      const told = status === undefined ? tombstone : `${status.availableCount} at ${status.timestamp}`;
      sent.set(key, [...(sent.get(key) ?? []), told]);
    }
    const latest = this.settings.emit === 'latest';
    // A tombstone goes out at once.
    const isDue = (one: string, at: number, all: readonly string[]): boolean =>
      !latest || one === tombstone || at === all.length - 1;
    const due = [...expected].map(([key, all]) => [key, all.filter(isDue)] as const);
    assertSame(sent, new Map(due), 'statuses are those of the model');
  }

  private assertImages(changed: ReadonlySet<string>, removed: readonly string[]): void {
    const frames = readFrames(this.batch.images);
    const [images, tombstones] = [
      frames.filter(({ value }) => value !== null),
      frames.filter(({ value }) => value === null),
    ];
    const keysOf = (some: readonly ReadFrame[]): string[] => some.map(({ text = '' }) => text);
    assert.deepEqual(keysOf(images).sort(), [...changed].sort(), 'each section that changed has one image');
    assert.deepEqual(keysOf(tombstones), removed, 'each removal has one tombstone');
    const last = new Map(frames.map(({ text, value }) => [text, value]));
    for (const { text = '', value } of images) {
      assert.equal(last.get(text), value, 'an image comes behind its tombstones');
      const { init, requests } = SlotCheck.assertImage(text, value, this.model.sections.get(text));
      assert.deepEqual({ init, requests }, this.batch.ends.get(0));
    }
  }

  /** The image of a section is one, and has the seats free that commands and answers left. */
  static assertImage(key: string, image: Buffer | null, section: FoldedSection | undefined) {
    const read = naiveImage(key, image ?? Buffer.alloc(0));
    assert.ok(read !== undefined && section !== undefined, `${key} has an image`);
    const { rows, seatsPerRow, initiallyReserved, free } = read;
    assertSame({ rows, seatsPerRow, initiallyReserved, free }, { ...section }, `the image of ${key}`);
    return read;
  }

  private assertLetters(expected: readonly (readonly [InputRecord, string])[]): void {
    const found = this.letters.map(({ headers }) => [headers.topic, headers.offset, headers['error.code']]);
    const due = expected.map(([{ topic, offset }, code]) => [this.topics[topic], String(offset), code]);
    assertSame(found, due, 'dead letters are those of the model');
    for (const [index, [record, code]] of expected.entries()) {
      this.assertKept(this.letters[index]!, record);
      if (code === 'answerTooLarge') this.assertTooLarge(record);
    }
  }

  /** A dead letter is the record as it came; of one that may be too large itself, its size and the beginning of its key. */
  private assertKept(letter: ReadFrame, { key, value }: InputRecord): void {
    const sizeBytes = (key?.length ?? 0) + (value?.length ?? 0);
    if (letter.headers.size === undefined) {
      assertSame([letter.key, letter.value], [key, value], 'it is kept');
      return;
    }
    assert.ok(sizeBytes + 10_000 > this.settings.limits.messageBytes);
    assert.deepEqual([letter.headers.size, letter.value], [String(sizeBytes), null]);
    assertSame(letter.key, key?.subarray(0, 256) ?? null, 'the beginning of its key is kept');
  }

  /** Its answer might have had more bytes than a record may have. */
  private assertTooLarge({ topic, value }: InputRecord): void {
    const request = topic === InputTopic.requests && value !== null ? decodedRequest(value) : undefined;
    assert.ok(request !== undefined);
    const [id, user, section] = [request.reservationId, request.userId, request.section].map((text) =>
      Buffer.byteLength(text),
    ) as [number, number, number];
    const names = Math.min(Math.max(0, request.seatCount), this.settings.limits.seatsPerRequest) * (section + 16);
    assert.ok(60 + 2 * id + user + section + names > this.settings.limits.messageBytes);
  }
}

function answerOf({ request, seats }: Extract<Effect, { kind: 'answer' }>, timestamp: bigint): Answer {
  const { reservationId, eventId, userId, section, seatCount } = request;
  const status = seats.length > 0 ? 'CONFIRMED' : 'REJECTED';
  return { reservationId, eventId, userId, status, section, seatCount, allocatedSeats: [...seats], timestamp };
}
