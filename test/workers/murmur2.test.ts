import assert from 'node:assert/strict';
import fc from 'fast-check';
import { viewOf } from '../../workers/bytes.js';
import { murmur2, partitionOf } from '../../workers/murmur2.js';

/** From org.apache.kafka.common.utils.UtilsTest. */
const JAVA = new Map([
  ['21', -973932308],
  ['foobar', -790332482],
  ['a-little-bit-long-string', -985981536],
  ['a-little-bit-longer-string', -1486304829],
  ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58897971],
  ['abc', 479470107],
]);

describe('murmur2', () => {
  it("is that of Kafka's Java client", () => {
    for (const [key, hash] of JAVA) {
      const bytes = Buffer.from(key);
      assert.equal(murmur2(viewOf(bytes), 0, bytes.length), hash, key);
    }
  });

  it('depends on the bytes of its range alone, wherever they lie', () => {
    fc.assert(
      fc.property(fc.uint8Array(), fc.uint8Array(), fc.uint8Array(), (before, key, after) => {
        const buffer = Buffer.concat([before, key, after]);
        const end = before.length + key.length;
        assert.equal(murmur2(viewOf(buffer), before.length, end), murmur2(viewOf(key), 0, key.length));
      }),
    );
  });

  it('chooses the partition that toPositive(hash) modulo the count does', () => {
    for (const [key, hash] of JAVA) {
      const bytes = Buffer.from(`..${key}.`);
      for (const count of [1, 3, 32, 1000]) {
        assert.equal(partitionOf(bytes, 2, bytes.length - 1, count), (hash & 0x7fffffff) % count);
      }
    }
  });
});
