import type { Board } from './board.js';
import type { BoardSection } from './board-section.js';
import type { JsonLines } from './json-lines.js';
import type { Output } from './output.js';
import { passes, type Selection, select } from './selection.js';

/** The board as lines of JSON: each section once everything has been read, then each update. */
export class JsonStream implements Output {
  constructor(
    private readonly board: Board,
    private readonly lines: JsonLines,
    private readonly selection: Selection,
  ) {}

  open(): void {}

  becomeReady(): void {
    const selected = select(this.board.advance(performance.now()), this.selection);
    for (const section of selected) this.update(section, false);
    this.lines.write({ type: 'ready', sections: selected.length });
  }

  update(section: BoardSection, isRemoved: boolean): void {
    if (!passes(section, this.selection.filter)) return;
    const { eventId, name, available, seats, isSeatCountKnown, timestampMs } = section;
    if (isRemoved) this.lines.write({ type: 'removed', eventId, section: name });
    else {
      const seatCount = isSeatCountKnown ? seats : null;
      this.lines.write({ type: 'section', eventId, section: name, availableCount: available, seatCount, timestampMs });
    }
  }

  close(): void {}
}
