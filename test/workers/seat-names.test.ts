import assert from 'node:assert/strict';
import avro from 'avsc';
import fc from 'fast-check';
import { viewOf } from '../../workers/bytes.js';
import { reservedSeats, seatName, seatNameBytes, seatOf, writeSeatName } from '../../workers/seat-names.js';

const STRING = avro.Type.forSchema('string');
const section = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.constantFrom('A', 'A-1', 'Balcony-East', '-', '', '1', 'été-座席'),
);

describe('seat names', () => {
  it('are read back as the seats they name, whatever the section is called', () => {
    fc.assert(
      fc.property(section, fc.integer({ min: 1, max: 2 ** 31 - 1 }), fc.nat(), (name, seatCount, any) => {
        const seat = any % seatCount;
        assert.equal(seatOf(seatName(name, seat), name, seatCount), seat);
        assert.equal(seatOf(seatName(name, seatCount), name, seatCount), -1);
      }),
    );
  });

  it('are the only strings that name a seat: what is read is the name of what is found', () => {
    const almost = fc.oneof(
      fc.string(),
      fc
        .tuple(section, fc.stringMatching(/^[-+ ]?[0-9]{0,4}[-+. ]?[0-9a-e]{0,3}$/))
        .map(([name, tail]) => `${name}-${tail}`),
    );
    fc.assert(
      fc.property(section, almost, (name, candidate) => {
        const seat = seatOf(candidate, name, 5000);
        if (seat >= 0) assert.equal(seatName(name, seat), candidate);
        assert.ok(seat >= -1 && seat < 5000);
      }),
      { numRuns: 3000 },
    );
  });

  it('have no sign, leading zero, other notation, or number out of range', () => {
    for (const name of [
      'A-0',
      'A-01',
      'A-+1',
      'A--1',
      'A-1 ',
      'A- 1',
      'A-1e1',
      'A-0x1',
      'A-1.0',
      'A-',
      'A',
      'A1',
      'a-1',
      'B-1',
      'A-11',
    ]) {
      assert.equal(seatOf(name, 'A', 10), -1, name);
    }
    for (const name of ['A-99999999999999999999', 'A-4294967297', 'A-١', 'A-1\n', 'A-1-1']) {
      assert.equal(seatOf(name, 'A', 2 ** 31 - 1), -1, name);
    }
    assert.equal(seatOf('A-10', 'A', 10), 9);
  });

  it('of a section with dashes are not those of its prefix', () => {
    assert.equal(seatOf('A-1-2', 'A-1', 5), 1);
    assert.equal(seatOf('A-1-2', 'A', 5), -1);
    assert.equal(seatOf('A-1', 'A-1', 5), -1);
  });

  it('that name no seat are ignored in initialReserved, repeated ones kept as repeated', () => {
    assert.deepEqual(reservedSeats(['A-1', 'B-1', 'A-3', 'A-1', 'A-4', 'A-0'], 'A', 3), [0, 2, 0]);
    assert.deepEqual(reservedSeats(['A-1'], 'A', 0), []);
  });

  it('are written as Avro strings of the very text, in place', () => {
    fc.assert(
      fc.property(section, fc.integer({ min: 0, max: 2 ** 31 - 2 }), fc.nat(9), (name, seat, at) => {
        const nameView = viewOf(Buffer.from(`--${name}-`));
        const text = seatName(name, seat);
        const expected = STRING.toBuffer(text);
        const target = Buffer.alloc(at + expected.length + 3, 0xee);
        const end = writeSeatName(nameView, 2, nameView.byteLength - 1, seat + 1, viewOf(target), at);
        assert.equal(end, at + expected.length);
        assert.deepEqual(target.subarray(at, end), expected);
        assert.ok([...target.subarray(0, at), ...target.subarray(end)].every((byte) => byte === 0xee));
        assert.ok(expected.length <= seatNameBytes(Buffer.byteLength(name), seat + 1));
      }),
      { numRuns: 2000 },
    );
  });
});
