import assert from 'node:assert/strict';
import { InputTopic } from '../../src/frames.js';
import type { SlotSettings } from '../../src/slots/settings.js';
import type { DeadLetterCode } from '../../src/slots/tasks.js';
import { removedSection } from '../support/expected.js';
import type { InputRecord } from '../support/fakes/records.js';
import { SeatModel } from '../support/model.js';
import { type Init, type Request, sectionKey } from '../support/wire.js';
import { NaiveReader } from '../workers/avro-bytes.js';

/** A section as its commands and answers make it. */
export type FoldedSection = {
  readonly free: boolean[];
  readonly initiallyReserved: number;
  readonly rows: number;
  readonly seatsPerRow: number;
};

/** What a record leads to; `status` is the key of the section whose status is owed. */
export type Effect = { readonly status?: string | undefined } & (
  | { readonly kind: 'none' }
  | { readonly kind: 'deadLetter'; readonly code: DeadLetterCode }
  | { readonly kind: 'init' }
  | { readonly kind: 'removal'; readonly status: string }
  | { readonly kind: 'answer'; readonly request: Request; readonly seats: readonly string[] }
);

const decode = <Value>(bytes: Buffer, read: (reader: NaiveReader) => Value): Value | undefined =>
  new NaiveReader(bytes).whole(read);

export const decodedInit = (bytes: Buffer): Init | undefined =>
  decode(bytes, (reader) => ({
    eventId: BigInt(reader.long()),
    section: reader.string(),
    rows: reader.int(),
    seatsPerRow: reader.int(),
    initialReserved: reader.strings(),
  }));

export const decodedRequest = (bytes: Buffer): Request | undefined =>
  decode(bytes, (reader) => ({
    reservationId: reader.string(),
    eventId: BigInt(reader.long()),
    section: reader.string(),
    seatCount: reader.int(),
    userId: reader.string(),
    timestamp: BigInt(reader.long()),
  }));

/** One partition's sections: the plain model, and the seats that its commands and answers leave free. */
export class SlotModel {
  /** By `eventId-section`. */
  readonly sections = new Map<string, FoldedSection>();
  private readonly model: SeatModel;

  constructor(private readonly settings: SlotSettings) {
    const { adjacency, onSold, limits } = settings;
    this.model = new SeatModel({ adjacency, onSold, ...limits });
  }

  /** @param tooLarge whether the slot found the record's answer too large, which is judged elsewhere */
  apply({ topic, key, value }: InputRecord, tooLarge: boolean): Effect {
    if (value === null) return topic === InputTopic.init ? this.removal(key) : { kind: 'none' };
    const undecodable: Effect = { kind: 'deadLetter', code: 'undecodable' };
    if (topic === InputTopic.init) {
      const command = decodedInit(value);
      return command === undefined ? undecodable : this.init(command);
    }
    const request = decodedRequest(value);
    if (request === undefined) return undecodable;
    return tooLarge ? { kind: 'deadLetter', code: 'answerTooLarge' } : this.request(request);
  }

  private removal(key: Buffer | null): Effect {
    const removed = removedSection({ key, value: null });
    if (removed === undefined || !this.model.remove(removed)) return { kind: 'none' };
    this.sections.delete(sectionKey(removed));
    return { kind: 'removal', status: sectionKey(removed) };
  }

  private init(command: Init): Effect {
    const { section, rows, seatsPerRow, initialReserved } = command;
    const { limits } = this.settings;
    const key = sectionKey(command);
    const refused = (code: DeadLetterCode, status?: string): Effect => ({ kind: 'deadLetter', code, status });
    if (Buffer.byteLength(section) > limits.sectionNameBytes) return refused('sectionNameTooLong');
    const isKnown = this.sections.has(key);
    const isFull = !isKnown && this.sections.size >= limits.sectionsPerPartition;
    const seats = rows > 0 && seatsPerRow > 0 ? rows * seatsPerRow : 0;
    if (seats > limits.seatsPerSection) return refused('sectionTooLarge');
    if (isFull) return refused('tooManySections');
    if (this.model.init(command) === 'refused') return refused('sectionSold', key);
    const free = Array.from({ length: seats }, (_, seat) => !initialReserved.includes(`${section}-${seat + 1}`));
    this.sections.set(key, { free, initiallyReserved: free.filter((one) => !one).length, rows, seatsPerRow });
    return { kind: 'init', status: key };
  }

  private request(request: Request): Effect {
    const key = sectionKey(request);
    const { seats } = this.model.request(request);
    const section = this.sections.get(key);
    for (const name of seats) {
      const seat = Number(name.slice(request.section.length + 1)) - 1;
      assert.equal(section?.free[seat], true, `seat ${name} of ${key} is free`);
      section.free[seat] = false;
    }
    return { kind: 'answer', request, seats, status: section && key };
  }
}
