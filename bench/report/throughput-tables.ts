import type { ThroughputCase, ThroughputFigures } from '../results.js';
import { comparedThroughput } from './compared.js';
import { label, ordered } from './labels.js';
import { type Column, megabytes, multiple, none, orNone, ratio, significant, table, whole } from './text.js';

/** The number of requests that most cases of a part had: those of the largest backlog. */
export const usualRequests = (cases: readonly ThroughputCase[]): number =>
  Math.max(...cases.map(({ input }) => input.requests));

/** Bytes of a topic by the requests; nothing where there is no such topic. */
const bytesPerRequest = ({ median, input }: ThroughputCase, bytes: keyof ThroughputFigures): string =>
  orNone(median[bytes] / input.requests, significant);

/** For the README: what is compared, and what it costs. */
export function throughputTable(cases: readonly ThroughputCase[]): string {
  const { limit, strongest } = comparedThroughput(cases);
  const by = ({ median }: ThroughputCase, other: ThroughputCase | undefined): string =>
    multiple(ratio(median.requestsPerSecond, other?.median.requestsPerSecond));
  return table(ordered(cases), [
    ['', (one) => label(one, usualRequests(cases))],
    ['requests/s', ({ median }) => whole(median.requestsPerSecond)],
    ['warm half', ({ median }) => orNone(median.warmRequestsPerSecond, whole)],
    ['× limit', (one) => (one === limit ? none : by(one, limit))],
    ['× Kafka Streams', (one) => (one === strongest ? none : by(one, strongest))],
    ['CPU µs', ({ median }) => significant(median.cpuMicrosPerRequest)],
    ['broker µs', ({ median }) => significant(median.brokerCpuMicrosPerRequest)],
    ['RSS MB', ({ median }) => megabytes(median.peakRssBytes)],
    ['status B', (one) => bytesPerRequest(one, 'statusBytes')],
    ['changelog B', (one) => bytesPerRequest(one, 'changelogBytes')],
  ]);
}

const figureColumns: readonly Column<ThroughputFigures & { readonly requests: number }>[] = [
  ['requests/s', ({ requestsPerSecond }) => whole(requestsPerSecond)],
  ['warm half', ({ warmRequestsPerSecond }) => orNone(warmRequestsPerSecond, whole)],
  ['seconds', ({ seconds }) => significant(seconds)],
  ['start s', ({ startSeconds }) => significant(startSeconds)],
  ['CPU µs', ({ cpuMicrosPerRequest }) => significant(cpuMicrosPerRequest)],
  ['broker µs', ({ brokerCpuMicrosPerRequest }) => significant(brokerCpuMicrosPerRequest)],
  ['peak RSS MB', ({ peakRssBytes }) => megabytes(peakRssBytes)],
  ['results B', ({ resultsBytes, requests }) => orNone(resultsBytes / requests, significant)],
  ['status B', ({ statusBytes, requests }) => orNone(statusBytes / requests, significant)],
  ['changelog B', ({ changelogBytes, requests }) => orNone(changelogBytes / requests, significant)],
];

/** What has throughput figures: a case, or a point of a sweep. */
type Measured = Pick<ThroughputCase, 'median' | 'runs' | 'input'>;

/** All medians. @param what names a row */
export const medianTable = <Of extends Measured>(cases: readonly Of[], what: Column<Of>): string =>
  table(cases, [
    what,
    ...figureColumns.map(
      ([title, cell]): Column<Of> => [title, ({ median, input: { requests } }) => cell({ ...median, requests })],
    ),
  ]);

/** The rate of every run, which shows how far the runs are apart. */
export function runsTable<Of extends Measured>(cases: readonly Of[], what: Column<Of>): string {
  const rounds = Math.max(...cases.map(({ runs }) => runs.length));
  return table(cases, [
    what,
    ...Array.from(
      { length: rounds },
      (_, round): Column<Of> => [
        `run ${round + 1}`,
        ({ runs }) => (runs[round] ? whole(runs[round].requestsPerSecond) : none),
      ],
    ),
    ['largest / smallest', ({ runs }) => spread(runs.map(({ requestsPerSecond }) => requestsPerSecond))],
  ]);
}

const spread = (values: readonly number[]): string =>
  values.length < 2 ? none : significant(Math.max(...values) / Math.min(...values));

export const caseTables = (cases: readonly ThroughputCase[]): { medians: string; runs: string } => {
  const what: Column<ThroughputCase> = ['', (one) => label(one, usualRequests(cases))];
  return { medians: medianTable(ordered(cases), what), runs: runsTable(ordered(cases), what) };
};
