import assert from 'node:assert/strict';
import { stripVTControlCharacters } from 'node:util';
import { type BoardState, boardColumns, boardHeight, boardLines, progressLine } from '../../../src/demo/board.js';

const state: BoardState = {
  sections: [
    { name: 'Floor', available: 0, seatCount: 1_000 },
    { name: 'Balcony', available: 1, seatCount: 1_000 },
    { name: 'A name beyond its column', available: 10_000_000, seatCount: 10_000_000 },
  ],
  requests: 10_000_000,
  answers: 9_999_999,
  confirmed: 9_999_998,
  rejected: 1,
  answersPerSecond: 123_456.7,
  elapsedMs: 123_456,
};

const bar = (line: string): number => line.split('█').length - 1;

describe('the board', () => {
  it('fits 80 columns and has the height that it says', () => {
    const lines = boardLines(state).map((line) => stripVTControlCharacters(line));
    assert.equal(lines.length, boardHeight(state.sections.length));
    for (const line of lines) assert.ok(line.length <= boardColumns, line);
    assert.ok(progressLine(state).length <= 2 * boardColumns);
  });

  it('shows a full bar for a section with all its seats, a short one for a single seat, none for a sold out one', () => {
    const [, soldOut, single, full] = boardLines(state).map((line) => stripVTControlCharacters(line));
    assert.deepEqual(
      [soldOut, single, full].map((line) => bar(line ?? '')),
      [0, 1, 40],
    );
    assert.match(soldOut ?? '', /sold out \/ {5}1,000$/);
  });

  it('is green, yellow and red by the share of free seats', () => {
    const colourAt = (available: number): string | undefined =>
      boardLines({ ...state, sections: [{ name: 'A', available, seatCount: 100 }] })[1]?.match(/\[(3\d)m/)?.[1];
    assert.deepEqual([100, 51, 50, 16, 15, 1].map(colourAt), ['32', '32', '33', '33', '31', '31']);
  });

  it('is one line without control characters for a log', () => {
    const line = progressLine({ ...state, sections: state.sections.slice(0, 2) });
    assert.equal(line, '123.5 s  9,999,999 of 10,000,000 answered, 123,457/s; 1 seats left, 1 of 2 sections sold out');
  });
});
