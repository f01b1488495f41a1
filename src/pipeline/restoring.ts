import { Milestone } from './milestone.js';

/** Partitions that were given to this instance and are not ready yet; some of them may be taken back before they are. */
export class Restoring {
  /** The attempt under way is of no use any more: something of it was taken back. */
  isCancelled = false;
  /** All of it is ready, or was taken back. */
  isOver = false;
  private attempt = Milestone.passed();

  constructor(public wanted: readonly number[]) {}

  /** An attempt begins. @returns what it restores */
  begin(): readonly number[] {
    this.isCancelled = false;
    this.attempt = new Milestone();
    return this.wanted;
  }

  /** The attempt is over: its partitions are taken up, or their stores are closed again. */
  end(isTaken: boolean): void {
    this.isOver ||= isTaken;
    this.attempt.reach();
  }

  /** Some partitions are taken back. Resolves once none of their stores is open here. */
  async drop(partitions: ReadonlySet<number>): Promise<void> {
    const rest = this.wanted.filter((partition) => !partitions.has(partition));
    if (rest.length < this.wanted.length) {
      this.wanted = rest;
      this.isCancelled = true;
      this.isOver = rest.length === 0;
    }
    if (this.isCancelled) await this.attempt.reached;
  }
}
