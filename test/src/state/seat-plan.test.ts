import assert from 'node:assert/strict';
import { seatPlan } from '../../../src/state/seat-plan.js';
import { SeatMap } from '../../../workers/seat-map.js';

const plan = (rows: number, seatsPerRow: number, takenSeats: Iterable<number>, isColoured = false): string[] => [
  ...seatPlan({ map: SeatMap.create(rows, seatsPerRow, takenSeats) }, isColoured),
];

/** What a plan says is taken, read from its marks and its seat numbers alone. */
function takenIn(lines: readonly string[]): number[] {
  return lines.slice(1).flatMap((line) => {
    const [, first = '', last = '', marks = ''] = /(\d+)-(\d+) {2}([#. ]+)$/.exec(line) ?? assert.fail(line);
    const seats = marks.replaceAll(' ', '');
    assert.equal(seats.length, Number(last) - Number(first) + 1);
    return [...seats].flatMap((mark, index) => (mark === '#' ? [Number(first) + index - 1] : []));
  });
}

describe('the plan of a section', () => {
  it('has a line a row, with the numbers of its seats, in groups of ten', () => {
    assert.deepEqual(plan(3, 12, [0, 1, 11, 12, 35]), [
      'row  seats  # taken  . free',
      '  1   1-12  ##........ .#',
      '  2  13-24  #......... ..',
      '  3  25-36  .......... .#',
    ]);
  });

  it('goes on in the next line where a row is longer than fits, and never beyond 80 columns', () => {
    const taken = [0, 49, 50, 119, 120, 239];
    const lines = plan(2, 120, taken);
    assert.deepEqual(takenIn(lines), taken);
    assert.deepEqual(
      lines.map((line) => /^ *(\d+) {2}/.exec(line)?.[1]).filter((row) => row !== undefined),
      ['1', '2'],
    );
    const largest = plan(1_000, 1_000, [999_999]);
    assert.deepEqual(takenIn(largest), [999_999]);
    for (const line of [...lines, ...largest]) assert.ok(line.length <= 80, line);
  });

  it('of a section without seats is empty', () => {
    for (const [rows, seats] of [
      [0, 5],
      [5, 0],
      [-1, 5],
    ] as const)
      assert.equal(plan(rows, seats, []).length, 1);
  });

  it('with colours says the same', () => {
    const plain = plan(2, 60, [3, 4, 59, 60]);
    const coloured = plan(2, 60, [3, 4, 59, 60], true);
    const escapeCharacter = String.fromCharCode(27);
    assert.ok(coloured.every((line) => line.includes(`${escapeCharacter}[3`)));
    assert.deepEqual(
      coloured.map((line) => line.replaceAll(new RegExp(`${escapeCharacter}\\[\\d+m`, 'g'), '')),
      plain,
    );
  });
});
