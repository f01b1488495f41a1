import assert from 'node:assert/strict';
import fc from 'fast-check';
import { encodeImage } from '../../workers/image.js';
import { SeatMap } from '../../workers/seat-map.js';
import { Section } from '../../workers/section.js';

const positions = { init: 3, requests: 4 };
const imageOf = ({ keyBytes, map, imageSizeBytes }: Section): Buffer => {
  const image = Buffer.alloc(imageSizeBytes);
  encodeImage(image, 0, keyBytes, map, positions, 77);
  return image;
};

describe('a section', () => {
  it('comes back from its key and its image: dashes and digits in its name, and every digit of its event', () => {
    const eventId = fc.oneof(
      fc.maxSafeInteger(),
      fc.bigInt({ min: 2n ** 53n, max: 2n ** 63n - 1n }),
      fc.bigInt({ min: -(2n ** 63n), max: -(2n ** 53n) }),
    );
    const name = fc.oneof(fc.string({ unit: 'grapheme' }), fc.constantFrom('', '-', '1-2', '-3-A', 'two\nlines'));
    fc.assert(
      fc.property(eventId, name, (event, text) => {
        const map = SeatMap.create(2, 40, [1, 5]);
        map.allocate(3, 'section');
        const section = new Section(event, text, map, positions, 77);
        const read = Section.fromImage(section.key, imageOf(section));
        assert.deepEqual([read.eventId, read.name, read.key], [event, text, section.key]);
        assert.deepEqual([read.positions, read.lastTimestampMs], [positions, 77]);
        assert.deepEqual([...read.map.words], [...map.words]);
        assert.equal(read.map.sold, 3);
      }),
    );
  });

  it('is not read from a damaged image, nor from a key that is none', () => {
    const section = new Section(1, 'A', SeatMap.create(1, 10, []), positions, 5);
    const image = imageOf(section);
    for (const key of ['', 'A', 'A-1', '-A', '1.5-A', '1']) assert.throws(() => Section.fromImage(key, image));
    for (let at = 0; at < image.length; at += 1) {
      const flipped = Buffer.from(image);
      flipped.writeUInt8(flipped.readUInt8(at) ^ 0x10, at);
      assert.throws(() => Section.fromImage('1-A', flipped), { name: 'ImageError' }, `byte ${at}`);
    }
  });
});
