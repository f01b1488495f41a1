import assert from 'node:assert/strict';
import fc from 'fast-check';
import { readHeaders, writeHeaders } from '../../src/headers.js';

describe('headers', () => {
  it('come back as they were written, repeated names and empty values too', () => {
    const text = (maxLength: number) => fc.string({ unit: 'grapheme', maxLength });
    fc.assert(
      fc.property(fc.array(fc.tuple(text(10), text(100)), { maxLength: 10 }), (headers) => {
        const read = readHeaders(writeHeaders(headers)).flatMap((one) => Object.entries(one));
        assert.deepEqual(
          read.map(([name, value]) => [name, value.toString()]),
          headers,
        );
      }),
    );
  });

  it('that are cut short are an assertion, wherever they are cut', () => {
    const bytes = writeHeaders([['name', 'value']]);
    for (let end = 1; end < bytes.length; end += 1) {
      assert.throws(() => readHeaders(bytes.subarray(0, end)), { exitCode: 70, message: /broken invariant/ });
    }
  });

  it('are cut at 1,024 bytes of a value, so that their length fits a frame', () => {
    const [first, second] = readHeaders(
      writeHeaders([
        ['long', 'x'.repeat(5_000)],
        ['short', 'y'],
      ]),
    );
    assert.equal(first?.long?.length, 1_024);
    assert.deepEqual(second, { short: Buffer.from('y') });
  });
});
