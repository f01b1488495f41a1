import type { BoardSection } from './board-section.js';

/** What the board can be ordered by. */
export const sortKeys = ['name', 'available', 'rate', 'full'] as const;
export type SortKey = (typeof sortKeys)[number];

/** What of the board is shown, and in which order. */
export type Selection = {
  readonly sort: SortKey;
  readonly isReversed: boolean;
  /** Only sections whose label contains it, whatever the case. */
  readonly filter: string;
};

/** Fewest seats left, fastest sale, fullest section come first. Equals keep the order of their names. */
const orders: Readonly<Record<SortKey, (a: BoardSection, b: BoardSection) => number>> = {
  name: (a, b) => a.rank - b.rank,
  available: (a, b) => a.available - b.available || a.rank - b.rank,
  rate: (a, b) => b.seatsPerSecond - a.seatsPerSecond || a.rank - b.rank,
  full: (a, b) => a.share - b.share || a.rank - b.rank,
};

/** Whether a filter lets a section pass. */
export const passes = ({ searched }: BoardSection, filter: string): boolean =>
  filter === '' || searched.includes(filter.toLowerCase());

/** The sections that a selection shows, in its order. `inOrder` is ordered by name. */
export function select(inOrder: readonly BoardSection[], { sort, isReversed, filter }: Selection): BoardSection[] {
  const chosen = inOrder.filter((section) => passes(section, filter));
  if (sort !== 'name') chosen.sort(orders[sort]);
  return isReversed ? chosen.reverse() : chosen;
}
