import { emitKeypressEvents } from 'node:readline';
import { sequences, type Terminal } from '../terminal/terminal.js';
import type { Size } from './frame.js';
import type { Key } from './view.js';

/** A terminal that a person types into. */
export type Keyboard = NodeJS.ReadStream;

/** The whole terminal, on its alternate screen, with its keys one by one. `close` gives it back as it was. */
export class FullScreen {
  private isOpen = false;
  private drawn: readonly string[] = [];
  private readonly onKeypress: (text: string | undefined, key: { name?: string; ctrl?: boolean }) => void;
  private readonly wasRaw: boolean;

  /** @param keyboard undefined where stdin is no terminal: then there are no keys */
  constructor(
    private readonly out: Terminal,
    private readonly keyboard: Keyboard | undefined,
    onKey: (key: Key) => void,
  ) {
    this.wasRaw = keyboard?.isRaw ?? false;
    this.onKeypress = (text, { name, ctrl }) => onKey({ name, text, ctrl: ctrl === true });
  }

  get size(): Size {
    return { columns: this.out.columns, rows: this.out.rows };
  }

  open(): void {
    this.isOpen = true;
    this.out.write(sequences.enterAlternateScreen + sequences.hideCursor);
    if (this.keyboard === undefined) return;
    emitKeypressEvents(this.keyboard);
    this.keyboard.setRawMode(true);
    this.keyboard.on('keypress', this.onKeypress);
    this.keyboard.resume();
  }

  /** Draws a frame; only the lines that changed are written, unless `isFresh`: the terminal's size has changed. */
  draw(lines: readonly string[], isFresh: boolean): void {
    if (!this.isOpen) return;
    const { drawn } = this;
    const changed = lines.map((line, row) =>
      !isFresh && line === drawn[row] ? '' : `${sequences.toRow(row + 1)}${line}${sequences.clearToLineEnd}`,
    );
    const text = changed.join('');
    this.drawn = lines;
    if (text !== '' || isFresh)
      this.out.write(
        `${sequences.beginUpdate}${text}${isFresh ? sequences.clearToScreenEnd : ''}${sequences.endUpdate}`,
      );
  }

  /** Gives the terminal back: its screen, its cursor, its keys. Also where it is called twice, or while the process ends. */
  close(): void {
    if (!this.isOpen) return;
    this.isOpen = false;
    this.out.write(sequences.showCursor + sequences.leaveAlternateScreen);
    if (this.keyboard === undefined) return;
    this.keyboard.off('keypress', this.onKeypress);
    this.keyboard.setRawMode(this.wasRaw);
    this.keyboard.pause();
  }
}
