import assert from 'node:assert/strict';
import type { BoardState } from '../../../src/demo/board.js';
import { Screen } from '../../../src/demo/screen.js';
import type { Terminal } from '../../../src/terminal/terminal.js';

const state: BoardState = {
  sections: [{ name: 'Floor', available: 5, seatCount: 10 }],
  ...{ requests: 2, answers: 1, confirmed: 1, rejected: 0, answersPerSecond: 1, elapsedMs: 1 },
};
const boardHeight = 5;

function shown(terminal: Partial<Terminal>, environment: NodeJS.ProcessEnv = {}): string {
  let written = '';
  const write = (text: string | Uint8Array): boolean => {
    written += String(text);
    return true;
  };
  const screen = new Screen({ isTTY: true, columns: 80, rows: 24, ...terminal, write }, environment, boardHeight);
  screen.draw(() => state);
  screen.draw(() => state);
  screen.draw(() => state, true);
  screen.close();
  return written;
}

describe('Screen', () => {
  it('draws the board in place on a terminal, not too often, and gives the cursor back', () => {
    const written = shown({});
    assert.equal(written.split('Floor').length - 1, 2);
    assert.ok(written.includes(`\u001b[${boardHeight}A`));
    assert.ok(written.endsWith('\u001b[?25h'));
  });

  it('writes plain lines where there is no terminal, a small one, or NO_COLOR, CI or a dumb terminal', () => {
    const line = / 1 of 2 answered.*\n.* 1 of 2 answered/;
    const plain = [
      shown({ isTTY: false }),
      shown({ columns: 79 }),
      shown({ rows: boardHeight }),
      shown({}, { NO_COLOR: '1' }),
      shown({}, { CI: 'true' }),
      shown({}, { TERM: 'dumb' }),
    ];
    for (const written of plain) {
      assert.match(written, line);
      assert.ok(!written.includes('\u001b'));
    }
  });
});
