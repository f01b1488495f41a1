import assert from 'node:assert/strict';
import fc from 'fast-check';
import { viewOf } from '../../workers/bytes.js';
import { SeatMap } from '../../workers/seat-map.js';
import { Section } from '../../workers/section.js';
import { SectionIndex } from '../../workers/section-index.js';
import { SectionKey } from '../../workers/section-key.js';

const sectionOf = (event: number, name: string): Section =>
  new Section(new SectionKey(event, name), SeatMap.create(1, 1, []), { init: 0, requests: 0 }, 0);

const step = fc.record({
  verb: fc.constantFrom('set', 'set', 'set', 'delete', 'clear'),
  event: fc.nat(3),
  name: fc.nat(150).map((number) => `S${number}`),
});

describe('the index of sections', () => {
  it('holds what a map by key holds, while sections come, are replaced and go', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 400 }), (steps) => {
        const index = new SectionIndex();
        const expected = new Map<string, Section>();
        for (const { verb, event, name } of steps) {
          const section = sectionOf(event, name);
          if (verb === 'clear') {
            index.clear();
            expected.clear();
          } else if (verb === 'delete') {
            assert.equal(index.delete(section.identity), expected.delete(section.key));
          } else {
            index.set(section);
            expected.set(section.key, section);
          }
          assert.equal(index.size, expected.size);
          assert.equal(index.get(section.identity), expected.get(section.key));
        }
        assert.deepEqual(new Set(index.values()), new Set(expected.values()));
        for (const section of expected.values()) assert.equal(index.get(section.identity), section);
      }),
    );
  });

  it('finds thousands by the bytes of a request, wherever they lie, and no other', () => {
    const index = new SectionIndex();
    const names = Array.from({ length: 5_000 }, (_, number) => `section ${number}`);
    for (const name of names) index.set(sectionOf(7, name));
    const find = (event: number, name: string): string | undefined => {
      const { view, identityStart, end } = new SectionKey(event, name);
      const identity = Buffer.from(view.buffer, view.byteOffset + identityStart, end - identityStart);
      const amid = Buffer.concat([Buffer.from('before'), identity, Buffer.from('after')]);
      return index.find(viewOf(amid), 6, 6 + identity.length)?.key;
    };
    for (const name of names) {
      assert.equal(find(7, name), `7-${name}`);
      assert.equal(find(8, name), undefined);
    }
    for (const name of ['', 'section', 'section 5000', 'section 10 ']) assert.equal(find(7, name), undefined);
  });

  it('tells sections apart whose identities have one hash', () => {
    const [one, other] = [sectionOf(7, 'S35627'), sectionOf(7, 'S60517')];
    assert.equal(one.identity.identityHash, other.identity.identityHash);
    const index = new SectionIndex();
    index.set(one);
    assert.equal(index.get(other.identity), undefined);
    index.set(other);
    assert.deepEqual([index.get(one.identity), index.get(other.identity)], [one, other]);
    assert.ok(index.delete(one.identity));
    assert.deepEqual([index.get(one.identity), index.get(other.identity)], [undefined, other]);
  });
});
