import type { BoardTotals } from '../../../src/watch/board.js';
import { Board } from '../../../src/watch/board.js';
import type { BoardSection } from '../../../src/watch/board-section.js';
import type { SectionSeats } from '../../../src/watch/feeds.js';
import type { FrameState } from '../../../src/watch/frame.js';
import { initialView, type View } from '../../../src/watch/view.js';

export const status = (section: string, availableCount: number, eventId: number | bigint = 1) => ({
  ...{ eventId, section, availableCount },
  timestampMs: 1_000,
});

/** What the daemon's image of a section of event 1 says. */
export const image = (section: string, seats: number, available: number, timestampMs = 1_000): SectionSeats => ({
  ...{ eventId: 1, section },
  image: { seats, available, timestampMs },
});

/** A board of event 1 with these counts; the numbers of seats are known where given. */
export function boardOf(sections: Readonly<Record<string, { readonly left: number; readonly seats?: number }>>): Board {
  const board = new Board(1);
  for (const [section, { left, seats }] of Object.entries(sections)) {
    if (seats !== undefined) board.learnSeats(image(section, seats, left));
    board.count(status(section, left), undefined);
  }
  return board;
}

export const names = (sections: readonly BoardSection[]): string[] => sections.map(({ name }) => name);

export const stateOf = (totals: BoardTotals): FrameState => ({ title: 'event 1', condition: 'live', totals });

export const view = (changes: Partial<View> = {}): View => ({ ...initialView('name', '', false), ...changes });
