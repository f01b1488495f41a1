import type { Expected, ExpectedAnswer } from '../../test/support/expected.js';
import { partitionOf } from '../../test/support/murmur2.js';
import { type Answer, answerCodec, sectionKey } from '../../test/support/wire.js';
import type { LoggedRecord, PartitionLog } from '../cluster/partition-log.js';
import type { Problems } from './problems.js';

/** An answer in the log, and everything of it as a text. */
export type GivenAnswer = {
  readonly timestampMs: number;
  readonly seats: readonly string[];
  readonly text: string;
};

/** The committed answers, by the reservationId that they answer, in their order. */
export function readAnswers(logs: readonly PartitionLog[], problems: Problems): Map<string, GivenAnswer[]> {
  const given = new Map<string, GivenAnswer[]>();
  for (const record of logs.flatMap((log) => log.committed())) {
    const answer = answerCodec.decode(record.value ?? Buffer.alloc(0));
    const { reservationId: id, allocatedSeats: seats, timestamp } = answer;
    const one = { timestampMs: Number(timestamp), seats, text: describe(answer, record) };
    given.set(id, [...(given.get(id) ?? []), one]);
    checkPartition(record, logs.length, problems, 'answers');
  }
  return given;
}

export type AnswerRules = {
  /** at_least_once: answers may come again. */
  readonly repeats: boolean;
  /** Sections whose answers may be any, and must be there. */
  readonly broughtBack: ReadonlySet<string>;
};

/** Exactly one answer a request, equal to the model's; with `repeats` at least one, and every one equal to a model's. */
export function checkAnswers(
  given: ReadonlyMap<string, readonly GivenAnswer[]>,
  { answersInOrder }: Expected,
  { repeats, broughtBack }: AnswerRules,
  problems: Problems,
): void {
  const due = new Map<string, string[]>();
  /** Answers that may come besides: the seat map of a section that was removed is gone. */
  const allowed = new Set<string>();
  /** Requests behind an init that such a section had refused, and takes when it is read again: any answer may. */
  const uncertain = new Set<string>();
  const unjudged = new Set<string>();
  for (const answer of answersInOrder) {
    const { reservationId: id } = answer.request;
    due.set(id, [...(due.get(id) ?? []), describeModel(answer)]);
    if (answer.isBehindRefusal) uncertain.add(id);
    if (broughtBack.has(sectionKey(answer.request)) && given.has(id)) unjudged.add(id);
    if (repeats && answer.isBeforeRemoval) allowed.add(describeModel({ ...answer, status: 'REJECTED', seats: [] }));
  }
  for (const [id, texts] of due) {
    if (unjudged.has(id)) continue;
    const answers = (given.get(id) ?? []).map(({ text }) => text);
    const wanted = repeats ? [...new Set(texts)] : texts;
    const counted = repeats
      ? [...new Set(answers)].filter((one) => wanted.includes(one) || !(allowed.has(one) || uncertain.has(id)))
      : answers;
    if (counted.length < wanted.length) problems.add('answers', `${id} lacks an answer: ${missing(wanted, counted)}`);
    else if (counted.join('\n') !== wanted.join('\n'))
      problems.add(
        'answers',
        `${id} was answered\n    ${counted.join('\n    ')}\n  and not\n    ${wanted.join('\n    ')}`,
      );
  }
  for (const id of given.keys()) if (!due.has(id)) problems.add('answers', `${id} was never asked and is answered`);
}

/** Whether a record lies where the Java client's default partitioner puts its key. */
export function checkPartition(
  { key, partition }: LoggedRecord,
  partitions: number,
  problems: Problems,
  check: 'answers' | 'statuses',
): void {
  const right = key === null ? -1 : partitionOf(key, partitions);
  if (partition !== right) problems.add(check, `${key} lies in partition ${partition}, not ${right}`);
}

const missing = (wanted: readonly string[], given: readonly string[]): string =>
  wanted.filter((one) => !given.includes(one)).join('; ');

function describe(answer: Answer, { timestampMs, key }: LoggedRecord): string {
  const { status, allocatedSeats, section, seatCount, userId, eventId, timestamp } = answer;
  return `${status} [${allocatedSeats}] ${eventId} ${section} x ${seatCount} ${userId} at ${timestamp}/${timestampMs} key ${key}`;
}

function describeModel({ request, status, seats, timestampMs }: ExpectedAnswer): string {
  const { reservationId, section, seatCount, userId, eventId } = request;
  return `${status} [${seats}] ${eventId} ${section} x ${seatCount} ${userId} at ${timestampMs}/${timestampMs} key ${reservationId}`;
}
