import type { InputShape, SideSettings } from './results.js';

/** What is run over a backlog, in this order in each round. */
export type Case = {
  readonly name: string;
  readonly settings: SideSettings;
  readonly input: InputShape;
};

/** Programs that take milliseconds for each request get no more than this; their rates are compared. */
const mostSlowRequests = 20_000;

type SeatmapdSettings = Extract<SideSettings, { side: 'seatmapd' }>;

/** The daemon as it is compared with others: exactly-once, a status for each request. */
export const comparedSeatmapd: SeatmapdSettings = {
  ...{ side: 'seatmapd', io: 'packed', guarantee: 'exactly_once', emit: 'every', payload: 'count', workers: 1 },
};

/** 200 sections of 5,000 seats over 32 partitions: a million seats. */
export const spreadShape = (requests: number): InputShape => ({
  ...{ requests, sections: 200, seatsPerSection: 5_000, partitions: 32, maxSeatsPerRequest: 4, fragmented: false },
});

/** As many seats in one section, the largest that the daemon accepts: one partition and one worker take all the load. */
const hotShape = (requests: number): InputShape => ({
  ...spreadShape(requests),
  sections: 1,
  seatsPerSection: 1_000_000,
});

export function throughputCases(requests: number): Case[] {
  const spread = spreadShape(requests);
  const slow = spreadShape(Math.min(requests, mostSlowRequests));
  const daemon = (name: string, settings: Partial<SeatmapdSettings>, input = spread): Case => ({
    name: `seatmapd-${name}`,
    settings: { ...comparedSeatmapd, ...settings },
    input,
  });
  const streams = (variant: 'map-full' | 'map-slim' | 'bitmap-slim', input: InputShape): Case => ({
    name: `kafka-streams-${variant}`,
    settings: { side: 'kafka-streams', variant, profile: 'throughput' },
    input,
  });
  return [
    { name: 'limit', settings: { side: 'limit' }, input: spread },
    daemon('exactly-once-every-packed', {}),
    daemon('exactly-once-latest-packed', { emit: 'latest' }),
    daemon('exactly-once-every-standard', { io: 'standard' }),
    daemon('exactly-once-latest-standard', { io: 'standard', emit: 'latest' }),
    daemon('at-least-once-every-packed', { guarantee: 'at_least_once' }),
    daemon('at-least-once-latest-packed', { guarantee: 'at_least_once', emit: 'latest' }),
    daemon('exactly-once-every-packed-full', { payload: 'full' }, slow),
    daemon('two-workers', { workers: 2 }),
    daemon('hot-section', {}, hotShape(requests)),
    streams('bitmap-slim', spread),
    streams('map-slim', slow),
    streams('map-full', slow),
  ];
}

export type PacedCase = Case & {
  readonly requestsPerSecond: number;
  readonly warmUpSeconds: number;
  readonly measuredSeconds: number;
};

export type Pace = Pick<PacedCase, 'requestsPerSecond' | 'warmUpSeconds' | 'measuredSeconds'>;

export function latencyCases(pace: Pace): PacedCase[] {
  const { requestsPerSecond, warmUpSeconds, measuredSeconds } = pace;
  const input = spreadShape(requestsPerSecond * (warmUpSeconds + measuredSeconds));
  const daemon = (guarantee: SeatmapdSettings['guarantee'], emit: SeatmapdSettings['emit']): PacedCase => ({
    name: `seatmapd-${guarantee.replaceAll('_', '-')}-${emit}-packed`,
    settings: { ...comparedSeatmapd, guarantee, emit },
    input,
    ...pace,
  });
  return [
    daemon('exactly_once', 'every'),
    daemon('exactly_once', 'latest'),
    daemon('at_least_once', 'every'),
    daemon('at_least_once', 'latest'),
    {
      name: 'kafka-streams-bitmap-slim',
      settings: { side: 'kafka-streams', variant: 'bitmap-slim', profile: 'latency' },
      input,
      ...pace,
    },
  ];
}
