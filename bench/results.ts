/**
 * What a run of the benchmark leaves behind: bench/results/<date>-<commit>.json. The README's table and chart are made
 * from it. Raw figures of every run are kept; a median is taken figure by figure over the runs that were verified.
 */
export const resultsVersion = 1;

export type Results = {
  readonly version: typeof resultsVersion;
  /** As it was typed, without the path of node. */
  readonly command: string;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly endedAt: string;
  readonly commit: { readonly hash: string; readonly dirty: boolean };
  readonly machine: Machine;
  readonly versions: Versions;
  /** Empty parts were not asked for. */
  readonly throughput: readonly ThroughputCase[];
  readonly latency: readonly LatencyCase[];
  readonly sweeps: readonly SweepPoint[];
  /** Runs that ended with an error or whose answers were wrong. Their figures count nowhere; the command exits with 1. */
  readonly failures: readonly Failure[];
};

export type Machine = {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryBytes: number;
  readonly kernel: string;
};

export type Versions = {
  readonly node: string;
  readonly java: string;
  readonly kafka: string;
  readonly librdkafka: string;
};

/** What is loaded: `requests` of 1 to `maxSeatsPerRequest` seats, for random ones of the sections. */
export type InputShape = {
  readonly requests: number;
  readonly sections: number;
  readonly seatsPerSection: number;
  readonly partitions: number;
  readonly maxSeatsPerRequest: number;
  /** Whether every other seat is reserved from the start. */
  readonly fragmented: boolean;
};

/** The three programs that are compared. `limit` does no work but consume, produce and commit. */
export type SideSettings =
  | { readonly side: 'limit' }
  | {
      readonly side: 'kafka-streams';
      readonly variant: 'map-full' | 'map-slim' | 'bitmap-slim';
      readonly profile: 'throughput' | 'latency';
    }
  | {
      readonly side: 'seatmapd';
      readonly io: 'packed' | 'standard';
      readonly guarantee: 'exactly_once' | 'at_least_once';
      readonly emit: 'every' | 'latest';
      readonly payload: 'count' | 'full';
      readonly workers: number;
    };

/** One run over a backlog. The time begins when the program says that it is ready. */
export type ThroughputFigures = {
  /** All requests by the time until the last one was committed. */
  readonly requestsPerSecond: number;
  /** The second half of the requests by the time that it took; 0 where single commits were too large to time it. */
  readonly warmRequestsPerSecond: number;
  readonly seconds: number;
  /** From the start of the process until it was ready. */
  readonly startSeconds: number;
  readonly cpuMicrosPerRequest: number;
  readonly brokerCpuMicrosPerRequest: number;
  readonly peakRssBytes: number;
  /** Sizes of the topics' log segments, which is what went over the wire, compressed. 0 where there is no such topic. */
  readonly resultsBytes: number;
  readonly statusBytes: number;
  readonly changelogBytes: number;
};

export type Runs<Figures> = {
  /** One a round, in the order of the rounds. */
  readonly runs: readonly Figures[];
  readonly median: Figures;
};

export type ThroughputCase = Runs<ThroughputFigures> & {
  /** Unique in the file, for example `seatmapd-exactly-once-every-packed`; bench/cases.ts lists them. */
  readonly name: string;
  readonly settings: SideSettings;
  readonly input: InputShape;
};

/**
 * One run at a steady rate. A request's latency is counted from the moment the schedule has it due, whether or not the
 * producer was on time, until a read_committed consumer has its answer.
 */
export type LatencyFigures = {
  /** Of the requests after the warm-up. */
  readonly measuredRequests: number;
  readonly meanMs: number;
  readonly p50Ms: number;
  readonly p90Ms: number;
  readonly p99Ms: number;
  readonly p999Ms: number;
  readonly maxMs: number;
  /** By how much the producer was behind its schedule: 99th percentile. It is part of every latency above. */
  readonly pacerLateP99Ms: number;
  readonly cpuMicrosPerRequest: number;
  readonly brokerCpuMicrosPerRequest: number;
  readonly peakRssBytes: number;
};

export type LatencyCase = Runs<LatencyFigures> & {
  /** Unique together with the rate. */
  readonly name: string;
  readonly requestsPerSecond: number;
  readonly warmUpSeconds: number;
  readonly measuredSeconds: number;
  readonly settings: SideSettings;
  readonly input: InputShape;
};

export const sweepNames = ['sections', 'seats', 'partitions', 'workers', 'fragmentation'] as const;
export type SweepName = (typeof sweepNames)[number];

export type SweepPoint = Runs<ThroughputFigures> & {
  readonly sweep: SweepName;
  /** What is varied; fragmentation is 0 (all seats free) or 1 (every other one taken). */
  readonly value: number;
  readonly settings: SideSettings;
  readonly input: InputShape;
};

export type Failure = {
  /** A case's or a sweep point's name. */
  readonly name: string;
  readonly round: number;
  readonly message: string;
};
