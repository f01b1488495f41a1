import { type Case, latencyCases, throughputCases } from '../../bench/cases.js';
import {
  type LatencyFigures,
  type Results,
  type Runs,
  resultsVersion,
  type SideSettings,
  type SweepName,
  sweepNames,
  type ThroughputFigures,
} from '../../bench/results.js';
import { medianFigures } from '../../bench/statistics.js';
import { sweepCases } from '../../bench/sweeps.js';

/** Figures that nobody measured: they are there to see how a report is written, and nothing else. */
const rateOf = (settings: SideSettings): number => {
  if (settings.side === 'limit') return 500_000;
  if (settings.side === 'kafka-streams')
    return { 'map-full': 300, 'map-slim': 600, 'bitmap-slim': 50_000 }[settings.variant];
  return (settings.emit === 'every' ? 320_000 : 400_000) / (settings.io === 'packed' ? 1 : 4);
};

const threeRuns = <Figures extends Readonly<Record<string, number>>>(figures: Figures): Runs<Figures> => {
  const scaled = (factor: number): Figures =>
    Object.fromEntries(Object.entries(figures).map(([name, value]) => [name, value * factor])) as Figures;
  const runs = [scaled(0.9), scaled(1), scaled(1.2)];
  return { runs, median: medianFigures(runs) };
};

export function throughputFigures({ settings, input }: Pick<Case, 'settings' | 'input'>): ThroughputFigures {
  const requestsPerSecond = rateOf(settings);
  const isDaemon = settings.side !== 'limit';
  return {
    requestsPerSecond,
    warmRequestsPerSecond: requestsPerSecond * 1.25,
    seconds: input.requests / requestsPerSecond,
    startSeconds: 1.5,
    cpuMicrosPerRequest: 1e6 / requestsPerSecond,
    brokerCpuMicrosPerRequest: 2.25,
    peakRssBytes: 300e6,
    resultsBytes: 70 * input.requests,
    statusBytes: isDaemon ? 14 * input.requests : 0,
    changelogBytes: isDaemon ? 0.03 * input.requests : 0,
  };
}

export const latencyFigures = (p50Ms: number): LatencyFigures => ({
  measuredRequests: 100_000,
  meanMs: p50Ms * 1.1,
  p50Ms,
  p90Ms: p50Ms * 1.5,
  p99Ms: p50Ms * 2,
  p999Ms: p50Ms * 4,
  maxMs: p50Ms * 5,
  pacerLateP99Ms: 1.5,
  cpuMicrosPerRequest: 20,
  brokerCpuMicrosPerRequest: 30,
  peakRssBytes: 200e6,
});

const nothing: Results = {
  version: resultsVersion,
  command: 'bench --rounds 3',
  startedAt: '2026-01-02T03:04:05.000Z',
  endedAt: '2026-01-02T05:04:05.000Z',
  commit: { hash: '0123456789', dirty: false },
  machine: { cpu: 'Example CPU', cores: 2, memoryBytes: 24 * 2 ** 30, kernel: '6.1.0' },
  versions: { node: '20.0.0', java: '17.0.0', kafka: '4.1.0', librdkafka: '2.12.0' },
  throughput: [],
  latency: [],
  sweeps: [],
  failures: [],
};

/** A results file with everything in it, and what is changed in it. */
export function exampleResults(change: Partial<Results> = {}): Results {
  const pace = { warmUpSeconds: 5, measuredSeconds: 20 };
  return {
    ...nothing,
    throughput: throughputCases(1_000_000).map((one) => ({ ...one, ...threeRuns(throughputFigures(one)) })),
    latency: [5_000, 20_000].flatMap((requestsPerSecond) =>
      latencyCases({ requestsPerSecond, ...pace }).map((one) => ({
        ...one,
        ...threeRuns(latencyFigures(one.settings.side === 'seatmapd' ? 10 : 30)),
      })),
    ),
    sweeps: sweepNames.flatMap(examplePoints),
    ...change,
  };
}

/** A results file with nothing in it but what is given. */
export const partialResults = (change: Partial<Results>): Results => ({ ...nothing, ...change });

export const examplePoints = (sweep: SweepName): Results['sweeps'] =>
  sweepCases(sweep, 1_000_000).map(({ name: _, ...point }) => ({ ...point, ...threeRuns(throughputFigures(point)) }));
