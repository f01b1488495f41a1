/**
 * Where the time of a batch goes, from its dispatch to the store: `turn`, until the batches before it are committed;
 * `offsets`, the transaction's beginning and its input offsets; `compute`, what the workers need beyond that;
 * `produce`, into librdkafka's queue; `deliver`, until the broker has all of it; `end`, the transaction's end;
 * `persist`, the stores.
 */
export const phases = ['turn', 'offsets', 'compute', 'produce', 'deliver', 'end', 'persist'] as const;
export type Phase = (typeof phases)[number];

/** Milliseconds by phase; a phase that did not occur is missing. */
export type PhaseTimes = Readonly<Partial<Record<Phase, number>>>;

/** Measures the phases of one batch: what passed since the last lap belongs to the phase that is told. */
export class PhaseClock {
  private readonly all: Partial<Record<Phase, number>> = {};

  constructor(private lastMs: number) {}

  lap(phase: Phase): void {
    const nowMs = performance.now();
    this.all[phase] = (this.all[phase] ?? 0) + nowMs - this.lastMs;
    this.lastMs = nowMs;
  }

  get times(): PhaseTimes {
    return this.all;
  }
}
