/** How a worker is doing, as the main thread sees it without asking. */
export type SlotActivity = {
  /** Tasks given and not answered yet. */
  readonly queued: number;
  /** Tasks answered since the start. */
  readonly answered: number;
  /** Milliseconds that it spent on tasks since the start, told by the worker itself. */
  readonly busyMs: number;
};

const nsPerMs = 1_000_000;

const total = 0;
const begun = 1;

/**
 * The time that a worker spent on tasks, in memory that both threads see: it is read without a task to ask for it, also
 * in the middle of one. The clock is process.hrtime, which is the same in both.
 */
export class BusyClock {
  private readonly ns: BigInt64Array;

  constructor(readonly memory: SharedArrayBuffer = new SharedArrayBuffer(2 * BigInt64Array.BYTES_PER_ELEMENT)) {
    this.ns = new BigInt64Array(memory);
  }

  /** The worker begins a task. */
  begin(): void {
    Atomics.store(this.ns, begun, process.hrtime.bigint());
  }

  /** It ended. */
  end(): void {
    Atomics.add(this.ns, total, process.hrtime.bigint() - Atomics.load(this.ns, begun));
    Atomics.store(this.ns, begun, 0n);
  }

  get busyMs(): number {
    for (;;) {
      const startedNs = Atomics.load(this.ns, begun);
      const doneNs = Atomics.load(this.ns, total);
      // A task that ended in between would be counted twice, or not at all.
      if (Atomics.load(this.ns, begun) !== startedNs) continue;
      const currentNs = startedNs === 0n ? 0n : process.hrtime.bigint() - startedNs;
      return Number(doneNs + currentNs) / nsPerMs;
    }
  }
}
