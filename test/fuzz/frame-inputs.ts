import { writeHeaders } from '../../src/headers.js';
import type { Random } from '../support/random.js';
import { extremes, mutated, randomBytes } from './mutate.js';
import { type NaiveFrame, naiveFrame } from './naive-frames.js';

const numbers = extremes.map(Number).filter(Number.isSafeInteger);
const names = ['', 'topic', 'error.code', '__proto__', 'é'.repeat(130)];

const bytesOrNull = (random: Random): Buffer | null =>
  random.next() < 0.15 ? null : randomBytes(random, random.pick([0, 1, 7, 8, random.whole(0, 60)]));

export const headersOf = (random: Random): Buffer =>
  writeHeaders(Array.from({ length: random.pick([0, 0, 1, 3]) }, () => [random.pick(names), random.pick(names)]));

const message = (random: Random, partitions: number): NaiveFrame => ({
  partition: random.whole(0, partitions - 1),
  topic: random.pick([0, 1, 65_535]),
  offset: random.pick([random.whole(0, 1_000), random.pick(numbers)]),
  timestampMs: random.pick([random.whole(0, 2 ** 41), random.pick(numbers)]),
  value: bytesOrNull(random),
  key: bytesOrNull(random),
  headers: headersOf(random),
});

export const messages = (random: Random, partitions: number): NaiveFrame[] =>
  Array.from({ length: random.whole(0, 5) }, () => message(random, partitions));

const wholeFrames = (random: Random, partitions: number): Buffer =>
  Buffer.concat(messages(random, partitions).map(naiveFrame));

/** Whole frames, those with one to four changes, or bytes of any kind. */
export function damagedFrames(random: Random, partitions: number): Buffer {
  const frames = wholeFrames(random, partitions);
  const kind = random.next();
  if (kind < 0.1) return frames;
  if (kind < 0.15) return randomBytes(random, random.whole(0, 200));
  return mutated(random, frames, { others: [wholeFrames(random, partitions)], words: [Buffer.alloc(8), frames] });
}
