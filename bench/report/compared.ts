import type { LatencyCase, SideSettings, ThroughputCase } from '../results.js';

type SeatmapdSettings = Extract<SideSettings, { side: 'seatmapd' }>;

/** The cases that others are measured against, as far as they were run; names are those of bench/cases.ts. */
export function comparedThroughput(cases: readonly ThroughputCase[]) {
  const named = (name: string): ThroughputCase | undefined => cases.find((one) => one.name === name);
  return {
    limit: named('limit'),
    bitmapSlim: named('kafka-streams-bitmap-slim'),
    replaced: named('kafka-streams-map-full'),
    every: named('seatmapd-exactly-once-every-packed'),
    latest: named('seatmapd-exactly-once-latest-packed'),
    oneWorkerSpread: named('seatmapd-exactly-once-every-packed'),
    hotSection: named('seatmapd-hot-section'),
    /** The Kafka Streams baseline with the highest rate, by its mean. */
    strongest: cases
      .filter(({ settings }) => settings.side === 'kafka-streams')
      .sort((one, other) => other.median.requestsPerSecond - one.median.requestsPerSecond)[0],
  };
}

/** The daemon that Kafka Streams' latency is compared with: a status for each request, as Kafka Streams gives it. */
export const comparedLatency = (
  cases: readonly LatencyCase[],
  requestsPerSecond: number,
  guarantee: SeatmapdSettings['guarantee'],
): LatencyCase | undefined =>
  cases.find(
    ({ settings, ...paced }) =>
      paced.requestsPerSecond === requestsPerSecond &&
      settings.side === 'seatmapd' &&
      settings.io === 'packed' &&
      settings.guarantee === guarantee &&
      settings.emit === 'every',
  );

export const latencyBaselines = (cases: readonly LatencyCase[], requestsPerSecond: number): LatencyCase[] =>
  cases.filter((one) => one.settings.side === 'kafka-streams' && one.requestsPerSecond === requestsPerSecond);
