import assert from 'node:assert/strict';
import fc from 'fast-check';
import { viewOf } from '../../workers/bytes.js';
import { encodeImage } from '../../workers/image.js';
import { SeatMap } from '../../workers/seat-map.js';
import { Section } from '../../workers/section.js';
import { SectionKey } from '../../workers/section-key.js';
import { eventId, sectionName } from './section-names.js';

const positions = { init: 3, requests: 4 };
const imageOf = ({ identity, map, imageSizeBytes }: Section): Buffer => {
  const image = Buffer.alloc(imageSizeBytes);
  encodeImage(viewOf(image), 0, identity.checksum, map, positions, 77);
  return image;
};

describe('a section', () => {
  it('comes back from its key and its image', () => {
    fc.assert(
      fc.property(eventId, sectionName, (event, text) => {
        const map = SeatMap.create(2, 40, [1, 5]);
        map.allocate(3, 'section');
        const section = new Section(new SectionKey(event, text), map, positions, 77);
        const read = Section.fromImage(section.key, imageOf(section));
        assert.deepEqual([read.key, read.identity], [`${event}-${text}`, section.identity]);
        assert.deepEqual([read.positions, read.lastTimestampMs], [positions, 77]);
        assert.deepEqual([...read.map.words], [...map.words]);
        assert.equal(read.map.sold, 3);
      }),
    );
  });

  it('is not read from a damaged image, nor from a key that is none', () => {
    const section = new Section(new SectionKey(1, 'A'), SeatMap.create(1, 10, []), positions, 5);
    const image = imageOf(section);
    for (const key of ['', 'A', 'A-1', '-A', '1.5-A', '1']) assert.throws(() => Section.fromImage(key, image));
    for (let at = 0; at < image.length; at += 1) {
      const flipped = Buffer.from(image);
      flipped.writeUInt8(flipped.readUInt8(at) ^ 0x10, at);
      assert.throws(() => Section.fromImage('1-A', flipped), { name: 'ImageError' }, `byte ${at}`);
    }
  });
});
