import assert from 'node:assert/strict';
import { Board } from '../../../src/watch/board.js';
import { boardOf, image, names, status } from './fixtures.js';

describe('Board', () => {
  it('orders sections by event and name, numbers in names by value, whatever came first', () => {
    const board = new Board(undefined);
    for (const section of ['B 10', 'B 9', 'A']) board.count(status(section, 1, 7n), undefined);
    board.count(status('Z', 1, -3), undefined);
    board.count(status('A', 1, 2n ** 62n), undefined);
    assert.deepEqual(
      board.advance(0).map(({ label }) => label),
      ['-3 Z', '7 A', '7 B 9', '7 B 10', `${2n ** 62n} A`],
    );
  });

  it('shows one event only when one is named', () => {
    const board = new Board(2);
    assert.equal(board.count(status('A', 5, 1), undefined), undefined);
    board.learnSeats(image('A', 10, 10));
    assert.equal(board.count(status('A', 4, 2), undefined)?.label, 'A');
    assert.equal(board.totals(0).sections, 1);
  });

  it('takes the seats from the image, before or after the first count, else says at least the largest count seen', () => {
    const board = boardOf({ known: { left: 3, seats: 10 }, late: { left: 4 }, unknown: { left: 9 } });
    board.learnSeats(image('late', 8, 4));
    board.count(status('unknown', 6), undefined);
    const seen = board
      .advance(0)
      .map(({ name, seats, isSeatCountKnown, share }) => [name, seats, isSeatCountKnown, share]);
    assert.deepEqual(seen, [
      ['known', 10, true, 0.3],
      ['late', 8, true, 0.5],
      ['unknown', 9, false, 6 / 9],
    ]);
    assert.deepEqual({ ...board.totals(0), events: 1 }, { ...board.totals(0), seats: 27, isSeatCountKnown: false });
  });

  it('does not believe an image with fewer seats than are free, as one that is older has', () => {
    const [section] = boardOf({ A: { left: 20, seats: 10 } }).advance(0);
    assert.deepEqual([section?.seats, section?.isSeatCountKnown], [20, false]);
  });

  describe('when a section is set up anew', () => {
    const seen = (board: Board) => board.advance(0).map(({ seats, isSeatCountKnown }) => [seats, isSeatCountKnown])[0];
    const told = (left: number, timestampMs: number) => ({ ...status('A', left), timestampMs });

    it('takes the new seats, whichever topic tells of it first', () => {
      const board = boardOf({ A: { left: 100, seats: 200 } });
      board.learnSeats(image('A', 300, 290, 2_000));
      board.count(told(300, 2_000), undefined);
      assert.deepEqual(seen(board), [300, true]);
      board.count(told(290, 2_000), undefined);
      assert.deepEqual(seen(board), [300, true]);

      board.count(told(400, 3_000), undefined);
      assert.deepEqual(
        seen(board),
        [400, false],
        'there were never 400 of 300, and it is not known that there are no more',
      );
      board.count(told(399, 3_001), undefined);
      assert.deepEqual(seen(board), [400, false]);
      assert.equal(board.learnSeats(image('A', 500, 398, 3_002))?.name, 'A');
      assert.deepEqual(seen(board), [500, true]);
      assert.equal(board.learnSeats(image('A', 500, 390, 3_003)), undefined, 'nothing else is known of its seats');
    });

    it('does not let an image from before say how many seats a count that rose is of', () => {
      const board = boardOf({ A: { left: 10, seats: 200 } });
      board.count(told(90, 5_000), undefined);
      assert.deepEqual(seen(board), [90, false]);
      board.learnSeats(image('A', 200, 9, 4_000));
      assert.deepEqual(seen(board), [90, false], 'the rest of what was there before');
      // Dated before its count, which timestamps of different inputs may be.
      board.learnSeats(image('A', 100, 90, 4_999));
      assert.deepEqual(seen(board), [100, true]);
    });

    it('keeps the seats of its image when its removal is told of later, and forgets them with the image', () => {
      const board = boardOf({ A: { left: 10, seats: 200 } });
      board.learnSeats({ eventId: 1, section: 'A', image: undefined });
      assert.deepEqual(seen(board), [10, false]);
      board.learnSeats(image('A', 50, 50, 2_000));
      board.remove({ eventId: 1, section: 'A' });
      board.count(told(50, 2_000), undefined);
      assert.deepEqual(seen(board), [50, true]);
    });
  });

  it('measures seats and statuses a second from what comes once it is live, and lets the rates fade', () => {
    const board = boardOf({ A: { left: 100_000 }, B: { left: 50 } });
    // Ten statuses a second, five seats each, for half a minute.
    for (let at = 1; at <= 300; at += 1) board.count(status('A', 100_000 - 5 * at), at * 100);
    // A count that rises, of a section set up anew, is no sale.
    board.count(status('B', 80), 30_000);
    const [a, b] = board.advance(30_000);
    const { seatsPerSecond, statusesPerSecond } = board.totals(30_000);
    assert.ok(Math.abs(seatsPerSecond - 50) < 2, String(seatsPerSecond));
    assert.ok(Math.abs(statusesPerSecond - 10) < 1, String(statusesPerSecond));
    assert.ok(Math.abs((a?.seatsPerSecond ?? 0) - 50) < 2);
    assert.equal(b?.seatsPerSecond, 0);
    assert.ok(board.totals(60_000).seatsPerSecond < 0.01);
  });

  it('counts what was read at the start as no rate', () => {
    const board = boardOf({ A: { left: 100 } });
    board.count(status('A', 1), undefined);
    assert.equal(board.totals(1).seatsPerSecond, 0);
  });

  it('removes a section', () => {
    const board = boardOf({ A: { left: 1 }, B: { left: 0 } });
    board.advance(0);
    assert.equal(board.remove({ eventId: 1, section: 'A' })?.name, 'A');
    assert.equal(board.remove({ eventId: 1, section: 'A' }), undefined);
    assert.deepEqual(names(board.advance(0)), ['B']);
    assert.deepEqual([board.totals(0).sections, board.totals(0).soldOut], [1, 1]);
  });
});
