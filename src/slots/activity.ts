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

/** The time that a worker spent on tasks, in memory that both threads see: it is read without a task to ask for it. */
export class BusyClock {
  private readonly ns: BigInt64Array;

  constructor(readonly memory: SharedArrayBuffer = new SharedArrayBuffer(BigInt64Array.BYTES_PER_ELEMENT)) {
    this.ns = new BigInt64Array(memory);
  }

  /** Adds the time from `startedNs` (process.hrtime.bigint) until now. */
  addSince(startedNs: bigint): void {
    Atomics.add(this.ns, 0, process.hrtime.bigint() - startedNs);
  }

  get busyMs(): number {
    return Number(Atomics.load(this.ns, 0)) / nsPerMs;
  }
}
