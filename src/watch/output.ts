import type { BoardSection } from './board-section.js';

/** How a watched board is shown: on a terminal, as snapshots, or as lines of JSON. */
export interface Output {
  open(): void;
  /** The board holds everything that the topic held at the start; updates come one by one from here on. */
  becomeReady(): void;
  /** A status, or what became known of its seats, changed `section`; or a tombstone removed it. */
  update(section: BoardSection, isRemoved: boolean): void;
  /** Leaves everything as it was. */
  close(): void;
}
