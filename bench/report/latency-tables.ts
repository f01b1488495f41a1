import type { LatencyCase, LatencyFigures } from '../results.js';
import { label, ordered } from './labels.js';
import { type Column, megabytes, milliseconds, none, significant, table, whole } from './text.js';

/** By rate. */
const byRate = (cases: readonly LatencyCase[]): LatencyCase[] =>
  ordered(cases).sort((one, other) => one.requestsPerSecond - other.requestsPerSecond);

const columnsOfCase: readonly Column<LatencyCase>[] = [
  ['', (one) => label(one, one.input.requests)],
  ['requests/s', ({ requestsPerSecond }) => whole(requestsPerSecond)],
];

const ofMedian =
  (text: (figures: LatencyFigures) => string) =>
  ({ median }: LatencyCase): string =>
    text(median);

const p50: Column<LatencyCase> = ['p50 ms', ofMedian(({ p50Ms }) => milliseconds(p50Ms))];
const p99: Column<LatencyCase> = ['p99 ms', ofMedian(({ p99Ms }) => milliseconds(p99Ms))];
const p999: Column<LatencyCase> = ['p99.9 ms', ofMedian(({ p999Ms }) => milliseconds(p999Ms))];

/** For the README. */
export const latencyTable = (cases: readonly LatencyCase[]): string =>
  table(byRate(cases), [...columnsOfCase, p50, p99, p999]);

export const latencyMedianTable = (cases: readonly LatencyCase[]): string =>
  table(byRate(cases), [
    ...columnsOfCase,
    ['measured', ofMedian(({ measuredRequests }) => whole(measuredRequests))],
    ['mean ms', ofMedian(({ meanMs }) => milliseconds(meanMs))],
    p50,
    ['p90 ms', ofMedian(({ p90Ms }) => milliseconds(p90Ms))],
    p99,
    p999,
    ['max ms', ofMedian(({ maxMs }) => milliseconds(maxMs))],
    ['producer late, p99 ms', ofMedian(({ pacerLateP99Ms }) => milliseconds(pacerLateP99Ms))],
    ['CPU µs', ofMedian(({ cpuMicrosPerRequest }) => significant(cpuMicrosPerRequest))],
    ['broker µs', ofMedian(({ brokerCpuMicrosPerRequest }) => significant(brokerCpuMicrosPerRequest))],
    ['peak RSS MB', ofMedian(({ peakRssBytes }) => megabytes(peakRssBytes))],
  ]);

/** p50 / p99 of every run. */
export function latencyRunsTable(cases: readonly LatencyCase[]): string {
  const rounds = Math.max(...cases.map(({ runs }) => runs.length));
  return table(byRate(cases), [
    ...columnsOfCase,
    ...Array.from({ length: rounds }, (_, round): Column<LatencyCase> => {
      const cell = ({ runs }: LatencyCase): string => {
        const figures = runs[round];
        return figures ? `${milliseconds(figures.p50Ms)} / ${milliseconds(figures.p99Ms)}` : none;
      };
      return [`run ${round + 1}`, cell];
    }),
  ]);
}

/** `after 5 s of warm-up, over 20 s`, by rate if they differ. */
export function paceText(cases: readonly LatencyCase[]): string {
  const paces = new Set(
    byRate(cases).map(
      ({ warmUpSeconds, measuredSeconds }) => `over ${measuredSeconds} s after a warm-up of ${warmUpSeconds} s`,
    ),
  );
  return [...paces].join(' or ');
}
