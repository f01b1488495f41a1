import assert from 'node:assert/strict';
import avro, { type Schema, type Type } from 'avsc';
import fc from 'fast-check';
import { wideLongs } from '../../workers/avro.js';
import { viewOf } from '../../workers/bytes.js';
import { NO_BRANCH, TOO_DEEP, TRUNCATED, WRONG_SIZE } from '../../workers/varint.js';
import { walkOf } from '../../workers/walk.js';

const tree: Schema = {
  ...{ type: 'record', name: 'Tree' },
  fields: [
    { name: 'n', type: 'long' },
    { name: 'left', type: ['null', 'Tree'] },
  ],
};
const everything: Schema = {
  type: 'record',
  name: 'Everything',
  fields: [
    { name: 'z', type: 'null' },
    { name: 'b', type: 'boolean' },
    { name: 'i', type: 'int' },
    { name: 'l', type: 'long' },
    { name: 'f', type: 'float' },
    { name: 'd', type: 'double' },
    { name: 's', type: 'string' },
    { name: 'y', type: 'bytes' },
    { name: 'x', type: { type: 'fixed', name: 'X', size: 3 } },
    { name: 'e', type: { type: 'enum', name: 'E', symbols: ['A', 'B'] } },
    { name: 'a', type: { type: 'array', items: ['null', 'string', 'int'] } },
    { name: 'm', type: { type: 'map', values: { type: 'array', items: 'long' } } },
    { name: 't', type: tree },
  ],
};

/** As a writer's schema is compiled: longs of all 64 bits. */
const typeOf = (schema: Schema): Type => avro.Type.forSchema(schema, { omitRecordMethods: true, typeHook: wideLongs });
const walked = (type: Type, bytes: Buffer, end = bytes.length): number => walkOf(type)(viewOf(bytes), 0, end, 0);

describe('walkOf', () => {
  const type = typeOf(everything);
  const plain = avro.Type.forSchema(everything);
  const value = plain.random() as object;

  it('ends where avsc does, for values of every type', () => {
    for (let round = 0; round < 200; round += 1) {
      const bytes = type.toBuffer(plain.random());
      assert.equal(walked(type, Buffer.concat([bytes, Buffer.of(0, 0)])), bytes.length);
    }
  });

  it('never accepts bytes that were cut', () => {
    const bytes = type.toBuffer(value);
    for (let end = 0; end < bytes.length; end += 1) assert.ok(walked(type, bytes, end) < 0, `cut at ${end}`);
  });

  it('of any bytes accepts none that avsc would read to another end, or not at all', () => {
    const bytes = type.toBuffer(value);
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 }),
        (changes) => {
          const changed = Buffer.from(bytes);
          for (const [at, byte] of changes) changed[at] = byte;
          const end = walked(type, changed);
          if (end >= 0) assert.equal((type.decode(changed, 0) as { offset: number }).offset, end);
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it('does not believe counts, sizes of blocks, branches and symbols that the bytes do not bear out', () => {
    const strings = typeOf({ type: 'array', items: 'string' });
    assert.equal(walked(strings, Buffer.of(0x80, 0x80, 0x80, 0x80, 0x10, 0)), TRUNCATED);
    const one = Buffer.of(2, 'a'.charCodeAt(0));
    assert.equal(walked(strings, Buffer.concat([Buffer.of(1, 4), one, Buffer.of(0)])), 5);
    for (const size of [0, 2, 6, 1]) {
      assert.equal(walked(strings, Buffer.concat([Buffer.of(1, size), one, Buffer.of(0)])), WRONG_SIZE);
    }
    assert.equal(walked(typeOf(['null', 'int']), Buffer.of(4, 0)), NO_BRANCH);
    assert.equal(walked(typeOf(['null', 'int']), Buffer.of(1)), NO_BRANCH);
    assert.equal(walked(typeOf({ type: 'enum', name: 'E', symbols: ['A'] }), Buffer.of(2)), NO_BRANCH);
  });

  it('refuses what is nested without end, and arrays of values without bytes', () => {
    const links = Array.from({ length: 10_000 }, () => Buffer.of(2, 2));
    assert.equal(walked(typeOf(tree), Buffer.concat([...links, Buffer.of(2, 0)])), TOO_DEEP);
    for (const items of [
      'null',
      { type: 'record', name: 'None', fields: [] },
      { type: 'record', name: 'Nulls', fields: [{ name: 'n', type: 'null' }] },
    ] as Schema[])
      assert.throws(() => walkOf(typeOf({ type: 'array', items })), /without bytes/);
  });
});
