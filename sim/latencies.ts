import type { Random } from '../test/support/random.js';

/** How long things take: mostly a millisecond or two, now and then a hundred times that, so that all orders come about. */
export class Latencies {
  constructor(
    private readonly random: Random,
    /** Of a hundred markers of transactions, how many are late by seconds; of other things, by hundreds of milliseconds. */
    private readonly late: { readonly markersPercent: number; readonly othersPercent: number },
  ) {}

  /** Within a process: a worker's task, a call of the client. */
  local(): number {
    return this.drawn(0.2, 0.9);
  }

  /** To the cluster, or back. */
  network(): number {
    return this.drawn(1, 0.85);
  }

  /** From the end of a transaction to its marker in one partition. */
  marker(): number {
    if (this.random.next() * 100 < this.late.markersPercent) return 50 + this.random.next() * 4_000;
    return this.drawn(2, 0.8);
  }

  /** Until something that was not ready is looked at again. */
  retry(attempts: number): number {
    return Math.min(50, 4 * 2 ** attempts) * (0.5 + this.random.next());
  }

  /** Until the next heartbeat. */
  heartbeat(): number {
    return this.random.next() < 0.7 ? 5 + this.random.next() * 60 : this.random.next() * 1_000;
  }

  private drawn(usualMs: number, usually: number): number {
    if (this.random.next() * 100 < this.late.othersPercent) return 50 + this.random.next() * 1_000;
    const kind = this.random.next();
    const share = this.random.next();
    if (kind < usually) return share * 2 * usualMs;
    if (kind < usually + (1 - usually) * 0.8) return share * 15 * usualMs;
    return share * 150 * usualMs;
  }
}
