import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import type { SectionUpdate } from '../../../src/client/section-count.js';
import { plain } from '../../../src/terminal/ink.js';
import { Board } from '../../../src/watch/board.js';
import type { SeatFeed, SectionSeats, StatusFeed } from '../../../src/watch/feeds.js';
import { Headline } from '../../../src/watch/headline.js';
import { JsonLines } from '../../../src/watch/json-lines.js';
import { JsonStream } from '../../../src/watch/json-stream.js';
import { LiveBoard } from '../../../src/watch/live-board.js';
import type { Output } from '../../../src/watch/output.js';
import { Snapshots } from '../../../src/watch/snapshots.js';
import { Watch } from '../../../src/watch/watch.js';
import { image, status, view } from './fixtures.js';

/** Topics that tell what the test tells them. */
class FakeFeed implements StatusFeed, SeatFeed {
  tell: (update: SectionUpdate & SectionSeats) => void = () => undefined;
  markReady: () => void = () => undefined;
  problem: string | undefined;
  private readonly isReady = new Promise<void>((resolve) => {
    this.markReady = resolve;
  });

  follow(listener: (update: SectionUpdate & SectionSeats) => void): void {
    this.tell = listener;
  }

  ready(): Promise<void> {
    return this.isReady;
  }

  trouble(): string | undefined {
    return this.problem;
  }

  count(section: string, left: number, eventId: number | bigint = 1): void {
    this.tell({ kind: 'counted', ...status(section, left, eventId), image: undefined });
  }
}

/** A terminal of 80 × 12 whose keys are typed by the test. */
class FakeTerminal extends PassThrough {
  readonly isTTY = true;
  columns = 80;
  rows = 12;
  isRaw = false;
  written = '';

  override write(text: unknown): boolean {
    this.written += String(text);
    return true;
  }

  setRawMode(isRaw: boolean): this {
    this.isRaw = isRaw;
    return this;
  }
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function setUp(make: (board: Board, headline: Headline, stop: () => void) => Output) {
  const [statuses, seats] = [new FakeFeed(), new FakeFeed()];
  const board = new Board(undefined);
  const headline = new Headline(undefined, 'section-status', statuses);
  const watch: Watch = new Watch({
    board,
    headline,
    output: make(board, headline, () => watch.stop()),
    statuses,
    seats,
  });
  return { statuses, seats, watch };
}

describe('watch', () => {
  const selection = { sort: 'name', isReversed: false, filter: '' } as const;

  it('writes each section as JSON once everything has been read, then every update that the filter lets pass', async () => {
    const out = new PassThrough();
    const { statuses, seats, watch } = setUp(
      (board) => new JsonStream(board, new JsonLines(out), { ...selection, filter: 'a' }),
    );
    const learn = (section: string, all: number, left: number): void =>
      seats.tell({ ...status(section, left), kind: 'counted', ...image(section, all, left) });
    const run = watch.run(false);
    statuses.count('A', 7);
    statuses.count('B', 5);
    statuses.count('A', 6, 2n ** 60n);
    learn('A', 10, 7);
    seats.markReady();
    statuses.markReady();
    await turn();
    statuses.count('A', 4);
    statuses.count('B', 4);
    learn('A', 10, 4);
    learn('A', 20, 4);
    statuses.tell({ kind: 'removed', eventId: 1, section: 'A', image: undefined });
    watch.stop();
    await run;
    const known = { type: 'section', eventId: 1, section: 'A', seatCount: 10, timestampMs: 1_000 };
    assert.deepEqual(
      String(out.read())
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line)),
      [
        { ...known, availableCount: 7 },
        { ...known, eventId: String(2n ** 60n), availableCount: 6, seatCount: null },
        { type: 'ready', sections: 2 },
        { ...known, availableCount: 4 },
        { ...known, availableCount: 4, seatCount: 20 },
        { type: 'removed', eventId: 1, section: 'A' },
      ],
    );
  });

  it('prints one snapshot and ends, when it is told to look once', async () => {
    const out = new PassThrough();
    const { statuses, seats, watch } = setUp(
      (board, headline) => new Snapshots(board, headline, { out, selection, limit: 5, intervalMs: undefined }),
    );
    const run = watch.run(true);
    statuses.count('A', 7);
    statuses.markReady();
    await turn();
    assert.equal(out.read(), null);
    seats.markReady();
    await run;
    assert.match(
      String(out.read()),
      /^seatmapd watch {3}all events in section-status {3}live.*\n1 section, 0 sold out .*\n.*\n 1 A .* 7 \/ +≥7\n\n$/,
    );
  });

  it('passes snapshots over while the reader does not take them', async () => {
    const out = new PassThrough({ highWaterMark: 1 });
    const { statuses, seats, watch } = setUp(
      (board, headline) => new Snapshots(board, headline, { out, selection, limit: 5, intervalMs: 1 }),
    );
    const run = watch.run(false);
    seats.markReady();
    statuses.markReady();
    for (let times = 0; times < 20; times += 1) await new Promise((resolve) => setTimeout(resolve, 2));
    watch.stop();
    await run;
    assert.equal(String(out.read()).split('seatmapd watch').length - 1, 1);
  });

  describe('on a terminal', () => {
    function live() {
      const terminal = new FakeTerminal();
      const parts = setUp(
        (board, headline, onQuit) =>
          new LiveBoard(board, headline, {
            out: terminal as unknown as NodeJS.WriteStream,
            keyboard: terminal as unknown as NodeJS.ReadStream,
            ...{ ink: plain, view: view(), onQuit },
          }),
      );
      return { ...parts, terminal };
    }
    const restored = '\u001b[?25h\u001b[?1049l';

    it('draws, takes keys, quits by q, and leaves the terminal as it was', async () => {
      const { terminal, statuses, seats, watch } = live();
      const run = watch.run(false);
      assert.equal(terminal.isRaw, true);
      assert.match(terminal.written, /reading the topic…/);
      statuses.count('North', 7);
      statuses.markReady();
      seats.markReady();
      await turn();
      assert.match(terminal.written, / 1 North /);
      terminal.emit('data', 's');
      assert.match(terminal.written, /s sort: available/);
      terminal.columns = 60;
      terminal.emit('resize');
      terminal.emit('data', 'q');
      await run;
      assert.equal(terminal.isRaw, false);
      assert.ok(terminal.written.startsWith('\u001b[?1049h'));
      assert.ok(terminal.written.endsWith(restored));
      assert.deepEqual([terminal.listenerCount('keypress'), terminal.listenerCount('resize')], [0, 0]);
    });

    it('writes only the lines that changed', async () => {
      const { terminal, statuses, seats, watch } = live();
      const run = watch.run(false);
      for (const section of ['North', 'South']) statuses.count(section, 7);
      statuses.markReady();
      seats.markReady();
      await turn();
      terminal.written = '';
      terminal.emit('data', 'r');
      assert.match(terminal.written, /North.*South|South.*North/s);
      assert.doesNotMatch(terminal.written, /all events/);
      watch.stop();
      await run;
    });

    it('leaves the terminal as it was when the topic can not be read any more', async () => {
      const { terminal, statuses, watch } = live();
      statuses.ready = () => Promise.reject(new Error('the topic is gone'));
      await assert.rejects(watch.run(false), /the topic is gone/);
      assert.equal(terminal.isRaw, false);
      assert.ok(terminal.written.endsWith(restored));
    });

    it('says what is wrong with the connection', async () => {
      const { terminal, statuses, watch } = live();
      statuses.problem = 'no broker answers';
      const run = watch.run(false);
      assert.match(terminal.written, /no broker answers/);
      watch.stop();
      await run;
    });
  });
});
