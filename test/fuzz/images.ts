import assert from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';
import { viewOf } from '../../workers/bytes.js';
import { encodeImage, ImageError, imagePositions } from '../../workers/image.js';
import type { Adjacency, SeatMap } from '../../workers/seat-map.js';
import { Section } from '../../workers/section.js';
import type { Random } from '../support/random.js';
import { type ImageInput, imageInput } from './image-inputs.js';
import { naiveImage } from './naive-image.js';
import { type Outcome, pureTarget } from './target.js';

/** An image, and what its section is asked for once it is read. */
type Input = ImageInput & { readonly asked: readonly number[]; readonly adjacency: Adjacency };

function check({ key, image, isDamaged, asked, adjacency }: Input): Outcome {
  const expected = isDamaged ? undefined : naiveImage(key, image);
  const section = sectionOf(key, image);
  if (section === undefined) {
    assert.equal(expected, undefined, 'an image that agrees with itself is read');
    return 'refused';
  }
  assert.ok(expected !== undefined, 'an image that is damaged or contradicts itself is refused');
  const { map, positions, lastTimestampMs } = section;
  const { rows, seatsPerRow, initiallyReserved } = map;
  const actual = { rows, seatsPerRow, initiallyReserved, ...positions, lastTimestampMs, free: freeSeats(map) };
  if (!isDeepStrictEqual(actual, expected)) assert.deepEqual(actual, expected);
  assert.deepEqual(imagePositions(image), positions);
  const written = Buffer.alloc(section.imageSizeBytes, 0xff);
  encodeImage(viewOf(written), 0, section.identity.checksum, map, positions, lastTimestampMs);
  assert.ok(written.equals(image), 'an image is written as it was read');
  checkAllocations(map, [...expected.free], asked, adjacency);
  return 'accepted';
}

function sectionOf(key: string, image: Buffer): Section | undefined {
  try {
    return Section.fromImage(key, image);
  } catch (error) {
    assert.ok(error instanceof ImageError, String(error));
    return undefined;
  }
}

const freeSeats = (map: SeatMap): boolean[] => Array.from({ length: map.seatCount }, (_, seat) => map.isFree(seat));

/** A map that was read gives seats as an array of them does. */
function checkAllocations(map: SeatMap, free: boolean[], asked: readonly number[], adjacency: Adjacency): void {
  for (const seats of asked) {
    const rowSeats = adjacency === 'row' ? map.seatsPerRow : free.length;
    let first = -1;
    for (let seat = 0, run = 0; seat < free.length && first < 0; seat += 1) {
      if (seat % rowSeats === 0) run = 0;
      run = free[seat] ? run + 1 : 0;
      if (run === seats) first = seat - seats + 1;
    }
    assert.equal(map.allocate(seats, adjacency), first);
    if (first >= 0) free.fill(false, first, first + seats);
    assert.equal(map.available, free.filter(Boolean).length);
  }
  assert.deepEqual(freeSeats(map), free);
  assert.ok(map.sold >= 0 && map.sold + map.initiallyReserved + map.available === map.seatCount);
}

export const imageTarget = pureTarget(
  'images',
  "sections' images: Section.fromImage against a naive reader, and its seats given away",
  {
    generate: (random: Random): Input => ({
      ...imageInput(random),
      asked: Array.from({ length: random.whole(0, 4) }, () => random.whole(1, 9)),
      adjacency: random.pick(['section', 'row']),
    }),
    check,
    show: ({ key, image }: Input) => `${JSON.stringify(key)} ${image.toString('hex')}`,
  },
);
