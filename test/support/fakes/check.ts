import assert from 'node:assert/strict';
import { type InputTopic, inputTopics } from '../../../src/frames.js';
import { type ExpectationOptions, type Expected, expect } from '../expected.js';
import type { TopicRecords } from '../read.js';
import { answerCodec, statusCodec } from '../wire.js';
import type { FakeKafka } from './kafka.js';

const topicRecords = (kafka: FakeKafka, topic: InputTopic, partitions: number): TopicRecords =>
  Array.from({ length: partitions }, (_, partition) =>
    kafka.log(topic, partition).map((record) => ({ ...record, headers: {} })),
  );

/** What the inputs of a FakeKafka have to be answered with, by the plain model. */
export function expectedOf(kafka: FakeKafka, options: Partial<ExpectationOptions> = {}): Expected {
  const partitions = Math.max(0, ...kafka.inputs.map(({ partition }) => partition)) + 1;
  const [init, requests] = inputTopics.map((topic) => topicRecords(kafka, topic, partitions));
  return expect(init ?? [], requests ?? [], options);
}

export type CheckOptions = {
  readonly emit: 'latest' | 'every';
  /** After a crash under at_least_once answers may come again, each a copy of the first. */
  readonly repeats: 'none' | 'identical';
};

/** Asserts that what was committed to a FakeKafka is what the model says: every answer, in order, and every status. */
export function assertAnswered(kafka: FakeKafka, check: CheckOptions, options: Partial<ExpectationOptions> = {}): void {
  const expected = expectedOf(kafka, options);
  const model = [...expected.answers].map(([id, { status, seats, timestampMs }]) => [
    id,
    `${status} ${seats} at ${timestampMs}`,
  ]);
  const answers = kafka.produced('results').map(({ value, text, timestampMs }) => {
    const { reservationId, status, allocatedSeats, timestamp } = answerCodec.decode(value ?? Buffer.alloc(0));
    assert.equal(reservationId, text);
    assert.equal(Number(timestamp), timestampMs);
    return [reservationId, `${status} ${allocatedSeats} at ${timestamp}`] as const;
  });
  const distinct = check.repeats === 'none' ? answers : unique(answers);
  assert.deepEqual([...distinct].sort(), model.sort());
  assertStatuses(kafka, expected, check);
  const letters = kafka
    .produced('deadLetters')
    .map(({ headers }) => `${headers.topic}-${headers.partition}@${headers.offset}`);
  const buried = expected.deadLetters.map(
    ({ side, record }) =>
      `${side === 'init' ? 'section-init' : 'reservation-requests'}-${record.partition}@${record.offset}`,
  );
  assert.deepEqual([...(check.repeats === 'none' ? letters : new Set(letters))].sort(), buried.sort());
}

const unique = (pairs: readonly (readonly [string, string])[]): (readonly [string, string])[] => [
  ...new Map(pairs.map((pair) => [pair.join(), pair])).values(),
];

function assertStatuses(kafka: FakeKafka, { statuses }: Expected, { emit, repeats }: CheckOptions): void {
  const sent = new Map<string, string[]>();
  for (const { value, text } of kafka.produced('status')) {
    const { availableCount, timestamp } = statusCodec.decode(value ?? Buffer.alloc(0));
    const key = text ?? '';
    sent.set(key, [...(sent.get(key) ?? []), `${availableCount} at ${timestamp}`]);
  }
  assert.deepEqual([...sent.keys()].sort(), [...statuses.keys()].sort());
  for (const [key, model] of statuses) {
    const known = model.map(({ availableCount, timestampMs }) => `${availableCount} at ${timestampMs}`);
    const actual = sent.get(key) ?? [];
    assert.equal(actual.at(-1), known.at(-1), `the last status of ${key}`);
    if (repeats === 'none' && emit === 'every') assert.deepEqual(actual, known);
    assert.ok(
      actual.every((status) => known.includes(status)),
      `${key} has statuses of the model only`,
    );
  }
}

/** Asserts that a partition's committed images are, key by key, those that its store holds. */
export function assertStored(kafka: FakeKafka, partition: number, images: ReadonlyMap<string, Buffer>): void {
  const newest = new Map(kafka.changelog(partition).map(({ text, value }) => [text ?? '', value?.toString('hex')]));
  const stored = [...images].map(([key, image]) => [key, image.toString('hex')] as const);
  assert.deepEqual(new Map(stored.sort()), new Map([...newest].sort()));
}
