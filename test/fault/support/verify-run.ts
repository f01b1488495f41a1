import assert from 'node:assert/strict';
import { expectedOf } from '../../e2e/run.js';
import type { Configuration } from '../../support/configuration.js';
import type { ExpectedAnswer } from '../../support/expected.js';
import { readImage } from '../../support/image.js';
import type { KafkaRecord } from '../../support/kafka-client.js';
import { readTopic, type TopicRecords } from '../../support/read.js';
import {
  defaultVerify,
  type VerifyOptions,
  verifyAnswers,
  verifyDeadLetters,
  verifyStatuses,
} from '../../support/verify.js';
import { answerCodec, sectionKey } from '../../support/wire.js';
import type { FaultLoad } from './load.js';
import { storedImages } from './stores.js';
import { checked, type Findings } from './tally.js';

export type RunOptions = Partial<Pick<VerifyOptions, 'emit' | 'repeats' | 'lateWriters'>> & {
  /** Of the instance that ended in order, as the owner of all partitions: its stores must hold the last images. */
  readonly owner?: Configuration;
  /** Requests that were made beside those of the load. */
  readonly further?: number;
};

/**
 * Reads everything that an application put out under faults, read_committed, and asserts that it is what the model makes
 * of the inputs: every request answered, once (or by equal answers), no seat twice, statuses, dead letters, and for each
 * section an image with the seats that are left. What is found is counted before anything is asserted.
 */
export async function verifyRun(load: FaultLoad, { owner, further = 0, ...overrides }: RunOptions = {}): Promise<void> {
  const { topics } = load;
  const { bootstrapServers } = load.broker;
  const options = { ...defaultVerify, ...overrides };
  const expected = await expectedOf(load.broker, topics);
  assert.equal(expected.answers.size, load.count + further, 'the requests in the input are those that were made');
  const results = await readTopic(bootstrapServers, topics.results);
  checked(findingsOf(results.flat(), expected.answers, options.repeats));
  verifyAnswers(results, expected.answers, options.repeats);
  verifyStatuses(await readTopic(bootstrapServers, topics.status), expected.statuses, options);
  verifyDeadLetters(await readTopic(bootstrapServers, topics.deadLetters), expected, options.repeats);
  const images = lastImages(await readTopic(bootstrapServers, topics.changelog));
  // An instance that was thought dead may bring an old image late as well; a restore takes the newer one.
  if (options.lateWriters) return;
  verifyImages(images, expected.seats);
  if (owner !== undefined) verifyStores(storedImages(owner, topics.application), images);
}

/** What is wrong with answers, if anything, in numbers. */
function findingsOf(
  answers: readonly KafkaRecord[],
  expected: ReadonlyMap<string, ExpectedAnswer>,
  repeats: VerifyOptions['repeats'],
): Findings {
  const first = new Map<string, Buffer>();
  const sold = new Set<string>();
  let [soldTwice, duplicated, repeated, contradicting] = [0, 0, 0, 0];
  for (const { value } of answers) {
    const bytes = value ?? Buffer.alloc(0);
    const answer = answerCodec.decode(bytes);
    const known = first.get(answer.reservationId);
    if (known !== undefined && repeats === 'none') duplicated++;
    else if (known !== undefined) repeated++;
    if (known?.equals(bytes) === false) contradicting++;
    first.set(answer.reservationId, known ?? bytes);
    if (known?.equals(bytes) === true) continue;
    for (const seat of answer.allocatedSeats) {
      const name = `${sectionKey(answer)} ${seat}`;
      if (sold.has(name)) soldTwice++;
      sold.add(name);
    }
  }
  const lost = [...expected.keys()].filter((id) => !first.has(id)).length;
  return { answers: answers.length, soldTwice, lost, duplicated, repeated, contradicting };
}

/** The last image of each section, which is what compaction leaves. */
function lastImages(changelog: TopicRecords): Map<string, Buffer> {
  const images = new Map<string, Buffer>();
  for (const { key, value } of changelog.flat()) {
    assert.ok(key !== null && value !== null, 'a record of the changelog has a key and an image');
    images.set(key.toString(), value);
  }
  return images;
}

function verifyImages(images: ReadonlyMap<string, Buffer>, seats: ReadonlyMap<string, Uint8Array>): void {
  assert.deepEqual([...images.keys()].sort(), [...seats.keys()].sort(), 'every section has an image');
  for (const [key, bytes] of images) {
    const image = readImage(Buffer.from(key), bytes);
    const free = seats.get(key) as Uint8Array;
    assert.ok(Buffer.from(image.free).equals(Buffer.from(free)), `the image of ${key} has the seats that are left`);
    assert.equal(
      image.available,
      free.reduce((sum, one) => sum + one, 0),
      `the image of ${key} counts them`,
    );
  }
}

function verifyStores(stored: ReadonlyMap<string, Buffer>, images: ReadonlyMap<string, Buffer>): void {
  assert.deepEqual(
    [...stored.keys()].sort(),
    [...images.keys()].sort(),
    'the stores have the sections of the changelog',
  );
  for (const [key, bytes] of images)
    assert.ok(stored.get(key)?.equals(bytes), `the store has the last image of ${key}`);
}
