import assert from 'node:assert/strict';
import { stripVTControlCharacters } from 'node:util';
import fc from 'fast-check';
import { colours, plain } from '../../../src/terminal/ink.js';
import { columnsOf } from '../../../src/terminal/text.js';
import type { Board, BoardTotals } from '../../../src/watch/board.js';
import { fewestColumns, fewestRows, frameLines, totalsText, visibleSections } from '../../../src/watch/frame.js';
import { select } from '../../../src/watch/selection.js';
import { snapshotLines } from '../../../src/watch/snapshot.js';
import type { View } from '../../../src/watch/view.js';
import { boardOf, names, stateOf, view } from './fixtures.js';

const stadium = () =>
  boardOf({
    'Block 2': { left: 500, seats: 1_000 },
    'Block 10': { left: 0, seats: 1_000 },
    Floor: { left: 12_345, seats: 20_000 },
    Guess: { left: 70 },
  });

const frame = (board: Board, shown: View, columns = 80, rows = 12): string[] =>
  frameLines(stateOf(board.totals(0)), select(board.advance(0), shown), shown, { columns, rows }, plain);

describe('a frame of the board', () => {
  it('shows each section with its bar, the seats left of its seats, and the totals', () => {
    assert.deepEqual(
      frame(stadium(), view()).map((line) => line.trimEnd()),
      [
        ' event 1                                                                   live',
        ' 4 sections, 1 sold out   12,915 of ≥22,070 seats left   0 seats/s',
        ' section  available                                     left /   seats   seats/s',
        ' Block 2  █████████████████████░░░░░░░░░░░░░░░░░░░░      500 /   1,000',
        ' Block 10 ░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░ sold out /   1,000',
        ' Floor    ██████████████████████████░░░░░░░░░░░░░░░   12,345 /  20,000',
        ' Guess    █████████████████████████████████████████       70 /     ≥70',
        '',
        '',
        '',
        '',
        ' 1–4 of 4   ↑↓ scroll  s sort: name  r reverse  / filter  q quit',
      ],
    );
  });

  it('has exactly the rows of the terminal and never more than its columns, whatever the names are', () => {
    const section = fc.record({ left: fc.nat(2 ** 31 - 1), seats: fc.option(fc.nat(2 ** 31 - 1), { nil: undefined }) });
    const name = fc.string({
      maxLength: 60,
      unit: fc.constantFrom('a', '座', '👩‍👩‍👧', 'é', '\u001b', '\n', '\u202e', 'ﷺ', '-'),
    });
    const sizes = fc.record({
      columns: fc.integer({ min: fewestColumns, max: 240 }),
      rows: fc.integer({ min: fewestRows, max: 60 }),
    });
    fc.assert(
      fc.property(fc.dictionary(name, section), sizes, fc.nat(100), (sections, { columns, rows }, offset) => {
        const known = Object.entries(sections).map(([key, { left, seats }]) => [
          key,
          seats === undefined ? { left } : { left, seats },
        ]);
        const board = boardOf(Object.fromEntries(known));
        const lines = frame(board, view({ offset }), columns, rows);
        assert.equal(lines.length, rows);
        for (const line of lines) {
          assert.ok(columnsOf(line) <= columns, `${columnsOf(line)} of ${columns}: ${line}`);
          assert.doesNotMatch(line, /[\p{Cc}\u202e]/u);
        }
      }),
    );
  });

  it('shows a window of 10,000 sections, as far as there are any', () => {
    const board = boardOf(Object.fromEntries(Array.from({ length: 10_000 }, (_, at) => [`S${at + 1}`, { left: at }])));
    const height = visibleSections(24);
    const lines = frame(board, view({ offset: 9_000 }), 80, 24);
    assert.match(lines[3] ?? '', /^ S9001 /);
    assert.match(lines.at(-1) ?? '', new RegExp(`^ 9,001–${(9_000 + height).toLocaleString('en-US')} of 10,000 `));
    assert.match(frame(board, view({ offset: 1e9 }), 80, 24).at(-2) ?? '', /^ S10000 /);
  });

  it('tells how fast it sells in 80 columns, with 10,000 sections of 5,000 seats', () => {
    const totals = { ...boardOf({}).totals(0), sections: 10_000, isSeatCountKnown: true, seats: 50_000_000 };
    const line = (more: Partial<BoardTotals>): string => totalsText({ ...totals, ...more }, 79);
    assert.equal(
      line({ available: 49_330_497, seatsPerSecond: 4_990 }),
      '10,000 sections, 0 sold out  49,330,497 of 50,000,000 seats left  4,990 seats/s',
    );
    assert.equal(
      line({ available: 1_330_497, seatsPerSecond: 49_900, soldOut: 9_120 }),
      '10,000 sections, 9,120 sold out  1,330,497 seats left  49,900 seats/s',
    );
  });

  it('is coloured by how full a section is, and faint where it is sold out', () => {
    const board = boardOf({
      A: { left: 51, seats: 100 },
      B: { left: 16, seats: 100 },
      C: { left: 15, seats: 100 },
      D: { left: 0, seats: 9 },
    });
    const shown = view();
    const lines = frameLines(stateOf(board.totals(0)), board.advance(0), shown, { columns: 80, rows: 9 }, colours);
    const colourOf = (line: string | undefined) =>
      (line ?? '')
        .split('\u001b[')
        .map((part) => part.split('m')[0])
        .find((code) => code !== '' && code !== undefined && /^\d+$/.test(code));
    assert.deepEqual(lines.slice(3, 7).map(colourOf), ['32', '33', '31', '2']);
    for (const line of lines) assert.ok(columnsOf(stripVTControlCharacters(line)) <= 80);
  });

  it('shows the filter that is being typed', () => {
    const line = frame(stadium(), view({ filter: 'block', isTyping: true })).at(-1);
    assert.match(line ?? '', /^ filter: block▏ 1–2 of 2 /);
    assert.match(frame(stadium(), view({ filter: 'nowhere' })).at(-1) ?? '', /^ no section /);
  });
});

describe('a selection', () => {
  const order = (changes: Partial<View>): string[] => names(select(stadium().advance(0), view(changes)));

  it('orders by name, seats left and fullness, and reverses', () => {
    assert.deepEqual(order({}), ['Block 2', 'Block 10', 'Floor', 'Guess']);
    assert.deepEqual(order({ sort: 'available' }), ['Block 10', 'Guess', 'Block 2', 'Floor']);
    assert.deepEqual(order({ sort: 'full' }), ['Block 10', 'Block 2', 'Floor', 'Guess']);
    assert.deepEqual(order({ sort: 'available', isReversed: true }), ['Floor', 'Block 2', 'Guess', 'Block 10']);
  });

  it('orders by the rate, the fastest first, and leaves equals in the order of their names', () => {
    const board = stadium();
    board.count({ eventId: 1, section: 'Guess', availableCount: 40, timestampMs: 1 }, 1_000);
    assert.deepEqual(names(select(board.advance(1_000), view({ sort: 'rate' }))), [
      'Guess',
      'Block 2',
      'Block 10',
      'Floor',
    ]);
  });

  it('filters by a part of the name, whatever the case', () => {
    assert.deepEqual(order({ filter: 'BLOCK 1' }), ['Block 10']);
  });
});

describe('a snapshot', () => {
  it('fits 80 columns, has no escape sequences and says how many sections it leaves out', () => {
    const board = stadium();
    const lines = snapshotLines(stateOf(board.totals(0)), select(board.advance(0), view({ sort: 'full' })), 2);
    assert.deepEqual(lines, [
      'event 1   live',
      '4 sections, 1 sold out   12,915 of ≥22,070 seats left   0 seats/s   0 statuses/s',
      ' section  available                                     left /   seats   seats/s',
      ' Block 10 ░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░ sold out /   1,000',
      ' Block 2  █████████████████████░░░░░░░░░░░░░░░░░░░░      500 /   1,000',
      ' … and 2 more (--limit, --filter)',
    ]);
  });
});
