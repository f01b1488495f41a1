import { type Phase, type PhaseTimes, phases } from '../pipeline/phases.js';
import type { Latency } from './definition.js';
import { LatencyHistogram } from './latency-histogram.js';
import type { LatencyName, SinceLast } from './table.js';

/** Every latency of the table, where it is recorded. */
export class Latencies {
  readonly endToEndLatencyMs = new LatencyHistogram();
  readonly processLatencyMs = new LatencyHistogram();
  readonly commitLatencyMs = new LatencyHistogram();
  readonly persistLatencyMs = new LatencyHistogram();
  readonly commitPhasesMs = new Map<Phase, LatencyHistogram>(phases.map((phase) => [phase, new LatencyHistogram()]));

  recordPhases(times: PhaseTimes): void {
    for (const [phase, histogram] of this.commitPhasesMs) {
      const timeMs = times[phase];
      if (timeMs !== undefined) histogram.record(timeMs);
    }
  }

  /** What was recorded since the last time. */
  take(): Pick<SinceLast, LatencyName> {
    return {
      endToEndLatencyMs: this.endToEndLatencyMs.take(),
      processLatencyMs: this.processLatencyMs.take(),
      commitLatencyMs: this.commitLatencyMs.take(),
      persistLatencyMs: this.persistLatencyMs.take(),
      commitPhasesMs: Object.fromEntries(
        [...this.commitPhasesMs].map(([phase, histogram]): [string, Latency] => [phase, histogram.take()]),
      ),
    };
  }
}
