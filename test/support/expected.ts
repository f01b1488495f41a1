import type { KafkaRecord } from './kafka-client.js';
import { defaultRules, type Rules, SeatModel } from './model.js';
import type { TopicRecords } from './read.js';
import { answerCodec, fullStatusCodec, type Init, initCodec, type Request, requestCodec, sectionKey } from './wire.js';

export type ExpectationOptions = Rules & { readonly payload: 'count' | 'full'; readonly messageBytes: number };

export const defaultOptions: ExpectationOptions = { ...defaultRules, payload: 'count', messageBytes: 1_000_000 };

/**
 * Behind an init that was refused, of a section that was removed afterwards: computed again under at_least_once, once the
 * section is gone, that init is taken, and what follows is as of a section that nobody bought from.
 */
type Replayed = { isBehindRefusal?: true };

export type ExpectedAnswer = Replayed & {
  /** Its section was removed afterwards: under at_least_once it may be answered again, as for an unknown section. */
  isBeforeRemoval?: true;
  readonly request: Request;
  readonly status: string;
  readonly seats: readonly string[];
  readonly timestampMs: number;
};
/** A status as `status.emit: every` sends it. Without a count it is a tombstone: the section was removed. */
export type ExpectedStatus = Replayed & { readonly availableCount: number | undefined; readonly timestampMs: number };
export type InputSide = 'init' | 'requests';
export type ExpectedDeadLetter = { readonly side: InputSide; readonly record: KafkaRecord };

/** What a correct daemon puts out for the inputs given. */
export type Expected = {
  /** By reservationId; of requests that share one, the last. */
  readonly answers: Map<string, ExpectedAnswer>;
  /** All of them, each partition's in the order of its requests. */
  readonly answersInOrder: ExpectedAnswer[];
  /** By `eventId-section`, in order: one per init and per request whose section exists. */
  readonly statuses: Map<string, ExpectedStatus[]>;
  readonly deadLetters: ExpectedDeadLetter[];
  /** By `eventId-section`: the seats of each section at the end, 1 for a free one. */
  readonly seats: Map<string, Uint8Array>;
};

/**
 * Runs the model over complete input topics: partition by partition, both topics merged by their heads: the smaller
 * record timestamp first, init on a tie, offset order within a topic.
 */
export function expect(
  init: TopicRecords,
  requests: TopicRecords,
  overrides: Partial<ExpectationOptions> = {},
): Expected {
  const options = { ...defaultOptions, ...overrides };
  const expected: Expected = {
    answers: new Map(),
    answersInOrder: [],
    statuses: new Map(),
    deadLetters: [],
    seats: new Map(),
  };
  for (const [partition, inits] of init.entries()) {
    const applied = new ExpectedPartition(options, expected);
    for (const { side, record } of merge(inits, requests[partition] ?? [])) applied.record(side, record);
    applied.end();
  }
  return expected;
}

/** The order in which the records of one partition of both topics take effect. */
export function* merge(
  inits: readonly KafkaRecord[],
  requests: readonly KafkaRecord[],
): Generator<{ side: InputSide; record: KafkaRecord }> {
  let nextInit = 0;
  let nextRequest = 0;
  for (;;) {
    const init = inits[nextInit];
    const request = requests[nextRequest];
    if (init !== undefined && (request === undefined || init.timestampMs <= request.timestampMs)) {
      nextInit++;
      yield { side: 'init', record: init };
    } else if (request !== undefined) {
      nextRequest++;
      yield { side: 'requests', record: request };
    } else return;
  }
}

class ExpectedPartition {
  private readonly model: SeatModel;
  /** The answers that were given from each section that is there. */
  private readonly ofSections = new Map<string, ExpectedAnswer[]>();
  /** What came of each section since it refused an init. */
  private readonly behindRefusals = new Map<string, Replayed[]>();

  constructor(
    private readonly options: ExpectationOptions,
    private readonly expected: Expected,
  ) {
    this.model = new SeatModel(options);
  }

  /** A null value is skipped; what can't be decoded, and what can't be answered within the limits, is a dead letter. */
  record(side: InputSide, record: KafkaRecord): void {
    if (record.value === null) {
      if (side === 'init') this.removal(record);
      return;
    }
    const done = side === 'init' ? this.init(record.value, record) : this.request(record.value, record);
    if (!done) this.expected.deadLetters.push({ side, record });
  }

  end(): void {
    for (const { command, free } of this.model.seats()) this.expected.seats.set(sectionKey(command), free);
  }

  private init(value: Buffer, record: KafkaRecord): boolean {
    const command = decoded<Init>(() => initCodec.decode(value));
    if (command === undefined || !this.fullStatusFits(command)) return false;
    const outcome = this.model.init(command);
    const key = sectionKey(command);
    if (outcome === 'refused' && !this.behindRefusals.has(key)) this.behindRefusals.set(key, []);
    if (outcome !== 'limit') this.status(command, record);
    return outcome === 'done';
  }

  /** A record of the init topic with this key and no value removes a section; any other without a value does nothing. */
  private removal(record: KafkaRecord): void {
    const removed = removedSection(record);
    if (removed === undefined || !this.model.remove(removed)) return;
    const key = sectionKey(removed);
    for (const answer of this.ofSections.get(key) ?? []) answer.isBeforeRemoval = true;
    this.ofSections.delete(key);
    for (const one of this.behindRefusals.get(key) ?? []) one.isBehindRefusal = true;
    this.behindRefusals.delete(key);
    const statuses = this.expected.statuses.get(key);
    statuses?.push({ availableCount: undefined, timestampMs: record.timestampMs });
  }

  private request(value: Buffer, record: KafkaRecord): boolean {
    const request = decoded<Request>(() => requestCodec.decode(value));
    if (request === undefined) return false;
    // An answer that does not fit leaves the seats free, so it is measured before the model takes them.
    const seatNameBytes = Buffer.byteLength(request.section) + 12;
    const exists = this.model.available(request) !== undefined;
    const grantable = exists && request.seatCount > 0 && request.seatCount <= this.options.seatsPerRequest;
    const seatNames = Array.from({ length: grantable ? request.seatCount : 0 }, () => 'x'.repeat(seatNameBytes));
    if (!this.answerFits(request, seatNames)) return false;
    const { status, seats } = this.model.request(request);
    const answer: ExpectedAnswer = { request, status, seats, timestampMs: record.timestampMs };
    if (exists) this.note(sectionKey(request), answer);
    this.expected.answers.set(request.reservationId, answer);
    this.expected.answersInOrder.push(answer);
    if (exists) this.status(request, record);
    return true;
  }

  private note(key: string, answer: ExpectedAnswer): void {
    const answers = this.ofSections.get(key);
    if (answers === undefined) this.ofSections.set(key, [answer]);
    else answers.push(answer);
    this.behindRefusals.get(key)?.push(answer);
  }

  private answerFits(request: Request, allocatedSeats: string[]): boolean {
    const value = answerCodec.encode({ ...request, status: 'CONFIRMED', allocatedSeats });
    return Buffer.byteLength(request.reservationId) + value.length <= this.options.messageBytes;
  }

  private fullStatusFits(command: Init): boolean {
    const { rows, seatsPerRow, section, eventId } = command;
    const seats = rows <= 0 || seatsPerRow <= 0 ? 0 : rows * seatsPerRow;
    if (this.options.payload === 'count' || seats > this.options.seatsPerSection) return true;
    const names = Array.from({ length: seats }, (_, index) => [`${section}-${index + 1}`, 'AVAILABLE'] as const);
    const value = { eventId, section, seatStatuses: Object.fromEntries(names), availableCount: seats };
    return fullStatusCodec.encode(value).length + sectionKey(command).length <= this.options.messageBytes;
  }

  private status(value: Init | Request, record: KafkaRecord): void {
    const key = sectionKey(value);
    const statuses = this.expected.statuses.get(key) ?? [];
    this.expected.statuses.set(key, statuses);
    const status: ExpectedStatus = {
      availableCount: this.model.available(value) ?? 0,
      timestampMs: record.timestampMs,
    };
    statuses.push(status);
    this.behindRefusals.get(key)?.push(status);
  }
}

/** The section that a record of the init topic removes. */
export function removedSection({
  key,
  value,
}: Pick<KafkaRecord, 'key' | 'value'>): { eventId: bigint; section: string } | undefined {
  const text = value === null ? (key?.toString() ?? '') : '';
  const [, event, section] = /^remove:(0|-?[1-9]\d*)-(.*)$/s.exec(text) ?? [];
  return event === undefined || section === undefined ? undefined : { eventId: BigInt(event), section };
}

function decoded<T>(decode: () => T): T | undefined {
  try {
    return decode();
  } catch {
    return undefined;
  }
}
