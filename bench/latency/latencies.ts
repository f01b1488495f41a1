import type { LatencyFigures } from '../results.js';
import { percentile } from '../statistics.js';
import type { Schedule } from './schedule.js';

const unanswered = -1;

/** The moments that matter of each request, in milliseconds from the schedule's start. */
export class Latencies {
  answeredCount = 0;
  private readonly producedMs: Float64Array;
  private readonly answeredMs: Float64Array;

  constructor(private readonly schedule: Schedule) {
    this.producedMs = new Float64Array(schedule.requests);
    this.answeredMs = new Float64Array(schedule.requests).fill(unanswered);
  }

  get complete(): boolean {
    return this.answeredCount === this.schedule.requests;
  }

  produced(first: number, end: number, elapsedMs: number): void {
    this.producedMs.fill(elapsedMs, first, end);
  }

  /** A second answer changes nothing here; the verification of the run refuses it. */
  answered(request: number, elapsedMs: number): void {
    if (this.answeredMs[request] !== unanswered) return;
    this.answeredMs[request] = elapsedMs;
    this.answeredCount++;
  }

  /** When each request was answered. */
  get answers(): Float64Array {
    return this.answeredMs;
  }

  /** The latencies after the warm-up, from when each request was due. */
  figures(): Pick<
    LatencyFigures,
    'measuredRequests' | 'meanMs' | 'p50Ms' | 'p90Ms' | 'p99Ms' | 'p999Ms' | 'maxMs' | 'pacerLateP99Ms'
  > {
    if (!this.complete) throw new Error(`${this.answeredCount} of ${this.schedule.requests} requests are answered`);
    const sorted = this.sinceDue(this.answeredMs);
    const late = this.sinceDue(this.producedMs);
    return {
      measuredRequests: sorted.length,
      meanMs: sorted.reduce((sum, value) => sum + value, 0) / sorted.length,
      p50Ms: percentile(sorted, 0.5),
      p90Ms: percentile(sorted, 0.9),
      p99Ms: percentile(sorted, 0.99),
      p999Ms: percentile(sorted, 0.999),
      maxMs: percentile(sorted, 1),
      pacerLateP99Ms: percentile(late, 0.99),
    };
  }

  private sinceDue(moments: Float64Array): Float64Array {
    const { firstMeasured } = this.schedule;
    return moments
      .subarray(firstMeasured)
      .map((moment, index) => moment - this.schedule.dueMs(firstMeasured + index))
      .sort();
  }
}
