import { internal } from '../errors.js';
import type { Batch } from './batch.js';

const longestSeries = 5;

/** Ends the process when the same records abort again and again: what is wrong with them does not pass by itself. */
export class AbortLimit {
  private series = 0;

  /** Counts an abort. @throws FatalError (70) at the fifth in a row */
  note(batch: Batch): number {
    this.series += 1;
    if (this.series < longestSeries) return this.series;
    const where = [...batch.ends.keys()].map((partition) => {
      const { committed } = batch.assignment.get(partition);
      return `partition ${partition} from offsets init ${committed.init}, requests ${committed.requests}`;
    });
    throw internal(`the same records were aborted ${this.series} times in a row: ${where.join('; ')}`);
  }

  /** A batch was committed. */
  reset(): void {
    this.series = 0;
  }
}
