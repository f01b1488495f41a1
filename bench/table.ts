import type { LatencyFigures, ThroughputFigures } from './results.js';

type Column<Figures> = readonly [title: string, width: number, text: (figures: Figures) => string];

const nameWidth = 46;
const whole = (value: number): string => Math.round(value).toLocaleString('en');
const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(1);
const fixed =
  (digits: number) =>
  (value: number): string =>
    value.toFixed(digits);

export const throughputColumns: readonly Column<ThroughputFigures>[] = [
  ['requests/s', 11, (figures) => whole(figures.requestsPerSecond)],
  ['warm/s', 10, (figures) => whole(figures.warmRequestsPerSecond)],
  ['CPU µs', 8, (figures) => fixed(2)(figures.cpuMicrosPerRequest)],
  ['broker µs', 10, (figures) => fixed(2)(figures.brokerCpuMicrosPerRequest)],
  ['RSS MB', 8, (figures) => whole(figures.peakRssBytes / 1e6)],
  ['status MB', 10, (figures) => megabytes(figures.statusBytes)],
  ['changelog MB', 13, (figures) => megabytes(figures.changelogBytes)],
];

export const latencyColumns: readonly Column<LatencyFigures>[] = [
  ['p50 ms', 8, (figures) => fixed(1)(figures.p50Ms)],
  ['p90 ms', 8, (figures) => fixed(1)(figures.p90Ms)],
  ['p99 ms', 8, (figures) => fixed(1)(figures.p99Ms)],
  ['p99.9 ms', 9, (figures) => fixed(1)(figures.p999Ms)],
  ['max ms', 8, (figures) => fixed(1)(figures.maxMs)],
  ['late p99', 9, (figures) => fixed(1)(figures.pacerLateP99Ms)],
  ['CPU µs', 8, (figures) => fixed(2)(figures.cpuMicrosPerRequest)],
  ['broker µs', 10, (figures) => fixed(2)(figures.brokerCpuMicrosPerRequest)],
];

/** Lines of a table for a terminal, written one by one while the runs end. */
export const headLine = <Figures>(title: string, columns: readonly Column<Figures>[]): string =>
  title.padEnd(nameWidth) + columns.map(([name, width]) => name.padStart(width)).join('');

export const line = <Figures>(name: string, columns: readonly Column<Figures>[], figures: Figures): string =>
  name.padEnd(nameWidth) + columns.map(([, width, text]) => text(figures).padStart(width)).join('');
