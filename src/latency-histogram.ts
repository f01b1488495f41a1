import { createHistogram, type RecordableHistogram } from 'node:perf_hooks';

const microsecondsPerMs = 1_000;

/** Milliseconds, exact to a microsecond. */
export type Latency = { readonly p50: number; readonly p99: number; readonly max: number };

/** Latencies of one interval. */
export class LatencyHistogram {
  private readonly histogram: RecordableHistogram = createHistogram();

  record(latencyMs: number): void {
    this.histogram.record(Math.max(1, Math.round(latencyMs * microsecondsPerMs)));
  }

  /** What was recorded since the last time; zeros when nothing was. */
  take(): Latency {
    const { histogram } = this;
    if (histogram.count === 0) return { p50: 0, p99: 0, max: 0 };
    const [p50, p99] = [histogram.percentile(50), histogram.percentile(99)];
    const latency = {
      p50: p50 / microsecondsPerMs,
      p99: p99 / microsecondsPerMs,
      max: histogram.max / microsecondsPerMs,
    };
    histogram.reset();
    return latency;
  }
}
