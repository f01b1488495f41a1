import type { Ink } from '../terminal/ink.js';
import type { Terminal } from '../terminal/terminal.js';
import type { Board } from './board.js';
import { frameLines, visibleSections } from './frame.js';
import { FullScreen, type Keyboard } from './full-screen.js';
import type { Headline } from './headline.js';
import type { Output } from './output.js';
import { select } from './selection.js';
import { afterKey, type Key, type View } from './view.js';

const frameIntervalMs = 200;

export type LiveBoardOptions = {
  readonly out: Terminal & Pick<NodeJS.WriteStream, 'on' | 'off'>;
  /** Undefined where stdin is no terminal: then there are no keys. */
  readonly keyboard: Keyboard | undefined;
  readonly ink: Ink;
  readonly view: View;
  readonly onQuit: () => void;
};

/** The board on a whole terminal, redrawn a few times a second and at each key. */
export class LiveBoard implements Output {
  private readonly screen: FullScreen;
  private view: View;
  private timer: NodeJS.Timeout | undefined;
  private isResized = true;
  private readonly onResize = (): void => {
    this.isResized = true;
    this.draw();
  };

  constructor(
    private readonly board: Board,
    private readonly headline: Headline,
    private readonly options: LiveBoardOptions,
  ) {
    this.view = options.view;
    this.screen = new FullScreen(options.out, options.keyboard, (key) => this.press(key));
  }

  open(): void {
    this.screen.open();
    this.options.out.on('resize', this.onResize);
    this.timer = setInterval(() => this.draw(), frameIntervalMs);
    this.draw();
  }

  becomeReady(): void {
    this.draw();
  }

  /** The next frame shows it. */
  update(): void {}

  close(): void {
    clearInterval(this.timer);
    this.options.out.off('resize', this.onResize);
    this.screen.close();
  }

  private press(key: Key): void {
    const count = select(this.board.advance(performance.now()), this.view).length;
    const next = afterKey(this.view, key, count, visibleSections(this.screen.size.rows));
    if (next === 'quit') {
      this.options.onQuit();
      return;
    }
    this.view = next;
    this.draw();
  }

  private draw(): void {
    const nowMs = performance.now();
    const selected = select(this.board.advance(nowMs), this.view);
    const state = { ...this.headline.at(nowMs), totals: this.board.totals(nowMs) };
    this.screen.draw(frameLines(state, selected, this.view, this.screen.size, this.options.ink), this.isResized);
    this.isResized = false;
  }
}
