import assert from 'node:assert/strict';
import type { Expected, ExpectedAnswer, ExpectedStatus } from './expected.js';
import type { KafkaRecord } from './kafka-client.js';
import { partitionOf } from './murmur2.js';
import { readTopic, type TopicRecords } from './read.js';
import type { Outputs } from './topics.js';
import { type Answer, answerCodec, fullStatusCodec, statusCodec } from './wire.js';

export type VerifyOptions = {
  readonly payload: 'count' | 'full';
  readonly emit: 'latest' | 'every';
  /** After a crash under at_least_once answers may come again, each a copy of the first. */
  readonly repeats: 'none' | 'identical';
  /** at_least_once fences nobody: an instance that was thought dead may bring old statuses after newer ones. */
  readonly lateWriters: boolean;
};

export const defaultVerify: VerifyOptions = { payload: 'count', emit: 'latest', repeats: 'none', lateWriters: false };

const shown = 5;
const maxShownChars = 300;

/** Reads a run's outputs, read_committed, and asserts that they are what `expected` says, no more and no less. */
export async function verify(
  bootstrapServers: string,
  outputs: Outputs,
  expected: Expected,
  overrides: Partial<VerifyOptions> = {},
): Promise<void> {
  const options = { ...defaultVerify, ...overrides };
  assert.equal(expected.answersInOrder.length, expected.answers.size, 'no request is in the input twice');
  verifyAnswers(await readTopic(bootstrapServers, outputs.results), expected.answers, options.repeats);
  verifyStatuses(await readTopic(bootstrapServers, outputs.status), expected.statuses, options);
  verifyDeadLetters(await readTopic(bootstrapServers, outputs.deadLetters), expected, options.repeats);
}

/** Exactly one answer a request, in the right partition, equal to the model's in every field. */
export function verifyAnswers(
  results: TopicRecords,
  expected: ReadonlyMap<string, ExpectedAnswer>,
  repeats: VerifyOptions['repeats'],
): void {
  const problems = new Problems();
  const seen = new Set<string>();
  for (const record of results.flat()) {
    const answer = answerCodec.decode(record.value ?? Buffer.alloc(0));
    const id = answer.reservationId;
    const model = expected.get(id);
    if (seen.has(id) && repeats === 'none') problems.add('duplicated answers', shorten(id));
    seen.add(id);
    if (model === undefined) problems.add('answers to nothing that was asked', shorten(id));
    else problems.differ('wrong answers', id, describeAnswer(answer, record), describeModel(model));
    problems.partition(record, results.length);
  }
  for (const id of expected.keys()) if (!seen.has(id)) problems.add('missing answers', shorten(id));
  problems.assertNone(`${expected.size} requests, ${results.flat().length} answers`);
}

function describeAnswer(answer: Answer, record: KafkaRecord): string {
  const { status, allocatedSeats, section, seatCount, userId, eventId, timestamp } = answer;
  const subject = `event ${eventId} section ${section} × ${seatCount} user ${userId}`;
  return `${status} [${allocatedSeats}] ${subject} at ${timestamp}/${record.timestampMs} key ${record.key}`;
}

function describeModel({ request, status, seats, timestampMs }: ExpectedAnswer): string {
  const { reservationId, section, seatCount, userId, eventId } = request;
  const subject = `event ${eventId} section ${section} × ${seatCount} user ${userId}`;
  return `${status} [${seats}] ${subject} at ${timestampMs}/${timestampMs} key ${reservationId}`;
}

/**
 * `every`: the model's statuses one by one; `latest`: some of them in order, the last one always. After repeats: only
 * statuses that the model knows, the last one last.
 */
export function verifyStatuses(
  records: TopicRecords,
  expected: ReadonlyMap<string, readonly ExpectedStatus[]>,
  options: VerifyOptions,
): void {
  const problems = new Problems();
  const received = new Map<string, string[]>();
  for (const record of records.flat()) {
    const { key, text } = describeStatus(record, options.payload);
    const known = received.get(key);
    if (known === undefined) received.set(key, [text]);
    else known.push(text);
    problems.partition(record, records.length);
  }
  for (const [key, statuses] of received) {
    const model = (expected.get(key) ?? []).map(
      (status) => `${status.availableCount ?? 'removed'} at ${status.timestampMs}`,
    );
    if (!options.lateWriters) problems.differ('wrong last statuses', key, `${statuses.at(-1)}`, `${model.at(-1)}`);
    if (options.repeats === 'identical') {
      const stray = statuses.find((status) => !model.includes(status));
      if (stray !== undefined) problems.add('statuses that the model never had', `${key}: ${stray}`);
    } else if (options.emit === 'every') {
      problems.differ('wrong sequences of statuses', key, statuses.join('; '), model.join('; '));
    } else if (!isSubsequence(statuses, model)) {
      problems.add('statuses out of order or that the model never had', `${key}: ${shorten(statuses.join('; '))}`);
    }
  }
  for (const key of expected.keys()) if (!received.has(key)) problems.add('sections without a status', shorten(key));
  problems.assertNone(`${expected.size} sections, ${records.flat().length} statuses`);
}

function describeStatus(record: KafkaRecord, payload: VerifyOptions['payload']): { key: string; text: string } {
  const { value } = record;
  if (value === null) return { key: `${record.key}`, text: `removed at ${record.timestampMs}` };
  if (payload === 'count') {
    const { eventId, section, availableCount, timestamp } = statusCodec.decode(value);
    assert.equal(Number(timestamp), record.timestampMs, `the timestamps of the status of ${section}`);
    assert.equal(record.key?.toString(), `${eventId}-${section}`, 'the key of a status');
    return { key: `${eventId}-${section}`, text: `${availableCount} at ${timestamp}` };
  }
  const { eventId, section, availableCount, seatStatuses } = fullStatusCodec.decode(value);
  const free = Object.values(seatStatuses).filter((status) => status === 'AVAILABLE').length;
  assert.equal(free, availableCount, `the seats AVAILABLE in the full status of ${section}`);
  assert.equal(record.key?.toString(), `${eventId}-${section}`, 'the key of a status');
  return { key: `${eventId}-${section}`, text: `${availableCount} at ${record.timestampMs}` };
}

function isSubsequence(part: readonly string[], whole: readonly string[]): boolean {
  let at = 0;
  for (const item of whole) if (item === part[at]) at++;
  return at === part.length;
}

/** One dead letter for each that the model expects: by the topic, partition and offset in its headers. */
export function verifyDeadLetters(
  letters: TopicRecords,
  { deadLetters }: Expected,
  repeats: VerifyOptions['repeats'],
): void {
  const problems = new Problems();
  const expected = new Set(deadLetters.map(({ side, record }) => `${side} ${record.partition}@${record.offset}`));
  const seen = new Set<string>();
  for (const { headers } of letters.flat()) {
    const side = headers.topic?.endsWith('section-init') ? 'init' : 'requests';
    const origin = `${side} ${headers.partition}@${headers.offset}`;
    if (!headers['error.code']) problems.add('dead letters without an error.code', origin);
    if (seen.has(origin) && repeats === 'none') problems.add('duplicated dead letters', origin);
    if (!expected.has(origin)) problems.add('unexpected dead letters', `${origin} ${headers['error.code']}`);
    seen.add(origin);
  }
  for (const origin of expected) if (!seen.has(origin)) problems.add('missing dead letters', origin);
  problems.assertNone(`${expected.size} dead letters expected, ${letters.flat().length} found`);
}

/** Collects what is wrong by kind, so that one assertion tells each kind's number and its first cases. */
class Problems {
  private readonly kinds = new Map<string, string[]>();

  add(kind: string, example: string): void {
    const examples = this.kinds.get(kind);
    if (examples === undefined) this.kinds.set(kind, [example]);
    else examples.push(example);
  }

  differ(kind: string, subject: string, actual: string, expected: string): void {
    if (actual === expected) return;
    this.add(kind, `${shorten(subject)}\n    got      ${shorten(actual)}\n    expected ${shorten(expected)}`);
  }

  partition(record: KafkaRecord, partitions: number): void {
    const right = record.key === null ? -1 : partitionOf(record.key, partitions);
    if (record.partition === right) return;
    this.add('records in the wrong partition', `${shorten(String(record.key))}: ${record.partition}, not ${right}`);
  }

  assertNone(summary: string): void {
    const lines = [...this.kinds].map(
      ([kind, examples]) => `${examples.length} ${kind}, first:\n  ${examples.slice(0, shown).join('\n  ')}`,
    );
    assert.ok(lines.length === 0, `${summary}; ${lines.join('\n')}`);
  }
}

const shorten = (text: string): string =>
  text.length <= maxShownChars ? text : `${text.slice(0, maxShownChars)}… (${text.length} characters)`;
