import type { Random } from '../support/random.js';
import { extremes, mutated } from './mutate.js';
import { type NaiveImage, naiveImageBytes, withChecksum } from './naive-image.js';

export const keys = ['7-Balcony', '0-', '-5-A-1', '1-2-3', '9223372036854775807-Été 座席'];

const safe = extremes.map(Number).filter(Number.isSafeInteger);

/** A section in a state that it can be in. */
export function sectionState(random: Random): NaiveImage {
  const [rows, seatsPerRow] = [random.whole(-1, 12), random.whole(-1, 20)];
  const seats = rows > 0 && seatsPerRow > 0 ? rows * seatsPerRow : 0;
  const taken = random.next();
  const free = Array.from({ length: seats }, () => random.next() >= taken);
  return {
    rows,
    seatsPerRow,
    initiallyReserved: random.whole(0, free.filter((isFree) => !isFree).length),
    init: random.whole(0, 5),
    requests: random.pick([random.whole(0, 5), Math.abs(random.pick(safe))]),
    lastTimestampMs: random.pick([1_700_000_000_000, random.pick(safe)]),
    free,
  };
}

/** The same with one thing in it that can't be, all the rest being as it ought to. */
function contradicted(random: Random, state: NaiveImage): NaiveImage {
  const number = Number(BigInt.asIntN(32, random.pick(extremes)));
  return random.pick<NaiveImage>([
    { ...state, rows: number },
    { ...state, seatsPerRow: number },
    { ...state, rows: state.seatsPerRow, seatsPerRow: state.rows },
    { ...state, initiallyReserved: number >>> 0 },
    { ...state, initiallyReserved: state.free.length + 1 },
    { ...state, init: random.pick(safe) },
    { ...state, requests: random.pick(safe) },
    { ...state, free: [...state.free, true] },
    { ...state, free: state.free.slice(1) },
  ]);
}

/** An image under a key. */
export type ImageInput = {
  readonly key: string;
  readonly image: Buffer;
  /** Bytes of it were changed after its checksum was made. */
  readonly isDamaged: boolean;
};

/** An image that is whole, that contradicts itself, that is another section's, or that is damaged, its checksum right or not. */
export function imageInput(random: Random, key = random.pick(keys)): ImageInput {
  const state = sectionState(random);
  const image = naiveImageBytes(key, state);
  const kind = random.next();
  if (kind < 0.25) return { key, image, isDamaged: false };
  if (kind < 0.3) return { key: random.pick(keys), image, isDamaged: false };
  if (kind < 0.5) return { key, image: naiveImageBytes(key, contradicted(random, state)), isDamaged: false };
  const words = [Buffer.alloc(8), Buffer.alloc(4, 0xff)];
  const isForged = kind < 0.8;
  // Cut and joined with another image of the section it could be that other one.
  const others = [isForged ? naiveImageBytes(key, sectionState(random)) : image];
  const damaged = mutated(random, image, { others, words });
  if (isForged) return { key, image: withChecksum(key, damaged), isDamaged: false };
  return { key, image: damaged, isDamaged: !damaged.equals(image) };
}
