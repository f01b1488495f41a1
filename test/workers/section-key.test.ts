import assert from 'node:assert/strict';
import { crc32 } from 'node:zlib';
import avro from 'avsc';
import fc from 'fast-check';
import { murmur2 } from '../../workers/murmur2.js';
import { SectionKey, sectionKey } from '../../workers/section-key.js';
import { zigzag } from './avro-bytes.js';
import { eventId, sectionName } from './section-names.js';

const STRING = avro.Type.forSchema('string');
const bytesOf = ({ view }: SectionKey, start: number, end: number): Buffer =>
  Buffer.from(view.buffer, view.byteOffset + start, end - start);

describe("a section's key", () => {
  it('holds the key as text, the identity as Avro, and the hashes of both', () => {
    fc.assert(
      fc.property(eventId, sectionName, (event, name) => {
        const key = new SectionKey(event, name);
        const { identityStart, nameStart, end, nameBytes } = key;
        const identity = Buffer.concat([zigzag(BigInt(event)), STRING.toBuffer(name)]);
        assert.equal(bytesOf(key, 0, identityStart).toString(), `${event}-${name}`);
        assert.deepEqual(bytesOf(key, identityStart, end), identity);
        assert.equal(bytesOf(key, nameStart, end).toString(), name);
        assert.equal(nameBytes, Buffer.byteLength(name));
        assert.equal(key.hash, murmur2(key.view, 0, identityStart));
        assert.equal(key.identityHash, murmur2(key.view, identityStart, end));
        assert.equal(key.checksum, crc32(`${event}-${name}`));
        assert.equal(String(key), sectionKey(event, name));
      }),
      { numRuns: 1000 },
    );
  });

  it('is read back from its text', () => {
    fc.assert(
      fc.property(eventId, sectionName, (event, name) => {
        assert.deepEqual(SectionKey.parse(sectionKey(event, name)), new SectionKey(event, name));
      }),
    );
  });

  it('is not read from a text that no section has for its key', () => {
    for (const text of ['', 'A', 'A-1', '-A', '1.5-A', '1', '01-A', '-0-A', '+1-A', '9223372036854775808-A']) {
      assert.equal(SectionKey.parse(text), undefined, text);
    }
  });
});
