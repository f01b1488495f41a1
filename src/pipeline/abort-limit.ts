import { internal } from '../errors.js';
import type { Batch } from './batch.js';
import { type Positions, samePositions } from './positions.js';

const longestSeries = 5;

/** How often in a row a partition's batches were aborted at these committed positions. */
type Series = { readonly committed: Positions; readonly aborts: number };

/**
 * Ends the process when the same records abort again and again: what is wrong with them does not pass by itself. A
 * series ends when its partition's committed positions move, whatever is committed of others in between.
 */
export class AbortLimit {
  private readonly series = new Map<number, Series>();

  /**
   * Counts an abort of partitions that stay; those that are given back begin elsewhere.
   *
   * @returns the length of the longest series
   * @throws FatalError (70) at the fifth in a row
   */
  note(batch: Batch, kept: readonly number[]): number {
    let longest = 0;
    for (const partition of batch.ends.keys()) {
      if (!kept.includes(partition)) continue;
      const { committed } = batch.assignment.get(partition);
      const last = this.series.get(partition);
      const aborts = last !== undefined && samePositions(last.committed, committed) ? last.aborts + 1 : 1;
      this.series.set(partition, { committed, aborts });
      longest = Math.max(longest, aborts);
    }
    if (longest < longestSeries) return longest;
    const where = [...this.series]
      .filter(([, { aborts }]) => aborts === longest)
      .map(
        ([
          partition,
          {
            committed: { init, requests },
          },
        ]) => `partition ${partition} from offsets init ${init}, requests ${requests}`,
      );
    throw internal(`the same records were aborted ${longest} times in a row: ${where.join('; ')}`);
  }
}
