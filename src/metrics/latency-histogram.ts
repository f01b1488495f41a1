import { createHistogram, type RecordableHistogram } from 'node:perf_hooks';
import type { Latency } from './definition.js';

const microsecondsPerMs = 1_000;

/** Latencies of one interval, in milliseconds, exact to a microsecond. */
export class LatencyHistogram {
  private readonly histogram: RecordableHistogram = createHistogram();
  private listener: ((latencyMs: number) => void) | undefined;

  /** What lies outside of what a histogram holds, such as a record timestamp in the future, counts as its end. */
  record(latencyMs: number): void {
    const microseconds = Math.round(latencyMs * microsecondsPerMs);
    this.histogram.record(Math.max(1, Math.min(microseconds, Number.MAX_SAFE_INTEGER)));
    this.listener?.(Math.max(0, latencyMs));
  }

  /** From now on this is told each latency as well. */
  forward(listener: (latencyMs: number) => void): void {
    this.listener = listener;
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
