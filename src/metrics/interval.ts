import type { Latencies } from './latencies.js';
import { type MetricName, type MetricsLine, metricTable, type Readings } from './table.js';

const names = Object.keys(metricTable) as MetricName[];

/** What happened between two lines: the same counters, read at both ends. */
export class Interval {
  private lastMs = performance.now();
  private last: Pick<Readings, 'recordsConsumedTotal' | 'workerUtilization' | 'eventLoopUtilization'> = {
    recordsConsumedTotal: 0,
    workerUtilization: {},
    eventLoopUtilization: performance.eventLoopUtilization().active,
  };

  constructor(private readonly latencies: Latencies) {}

  /** Ends the interval with these readings and begins the next one. @returns its line, in the table's order */
  end(readings: Readings): MetricsLine {
    const nowMs = performance.now();
    const elapsedMs = Math.max(nowMs - this.lastMs, Number.EPSILON);
    const { last } = this;
    const share = (busyMs: number, busyBeforeMs: number): number => shareOf(busyMs - busyBeforeMs, elapsedMs);
    const line: MetricsLine = {
      ...readings,
      ...this.latencies.take(),
      recordsConsumedRate: perSecond(readings.recordsConsumedTotal - last.recordsConsumedTotal, elapsedMs),
      workerUtilization: Object.fromEntries(
        Object.entries(readings.workerUtilization).map(([slot, busyMs]) => [
          slot,
          share(busyMs, last.workerUtilization[slot] ?? 0),
        ]),
      ),
      eventLoopUtilization: share(readings.eventLoopUtilization, last.eventLoopUtilization),
    };
    this.lastMs = nowMs;
    this.last = readings;
    return Object.fromEntries(names.map((name) => [name, line[name]])) as MetricsLine;
  }
}

const perSecond = (count: number, elapsedMs: number): number => Math.round((count * 10_000) / elapsedMs) / 10;

/** Two clocks are read one after the other, so a share may seem to be a little more than all. */
const shareOf = (busyMs: number, elapsedMs: number): number =>
  Math.round(Math.max(0, Math.min(1, busyMs / elapsedMs)) * 1_000) / 1_000;
