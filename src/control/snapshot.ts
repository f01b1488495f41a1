import type { Config } from '../config/schema.js';
import { type InputTopic, inputTopics } from '../frames.js';
import type { OffsetRange } from '../kafka/watermarks.js';
import type { LifeCycle, LifeCycleState } from '../life-cycle.js';
import type { Problem } from '../log.js';
import type { AssignedPartition } from '../pipeline/assignment.js';
import type { Pipeline } from '../pipeline/pipeline.js';
import { positionOf } from '../pipeline/positions.js';

/** Longest wait for the ends of the inputs; a status is for when something is wrong. */
const lagTimeoutMs = 3_000;

/** One input of a partition. `lag`: records, and markers of transactions, that are not committed; null: not known. */
export type InputState = { readonly committed: number; readonly lag: number | null };

export type PartitionState = { readonly partition: number; readonly init: InputState; readonly requests: InputState };

/** What a daemon is at. Times are milliseconds since the epoch. */
export type Snapshot = {
  readonly version: string;
  readonly application: string;
  readonly instance: string;
  readonly guarantee: Config['guarantee'];
  readonly pid: number;
  readonly startedAtMs: number;
  readonly uptimeMs: number;
  readonly lifeCycle: { readonly state: LifeCycleState; readonly sinceMs: number };
  readonly partitions: readonly PartitionState[];
  readonly restoring: readonly number[];
  /** Partitions that are followed for others. */
  readonly standingBy: readonly number[];
  /** Of all partitions; null where the brokers did not tell their ends in time. */
  readonly lag: { readonly total: number; readonly max: number } | null;
  readonly batchesInFlight: number;
  /** The latest warning or error in the log. */
  readonly lastError: Problem | null;
  readonly configuration: ConfigurationState;
};

/** Which configuration is in force. */
export type ConfigurationState = {
  /** 1 from the start, one more with each reload. */
  readonly version: number;
  readonly file: string | null;
  readonly loadedAtMs: number;
  readonly logLevel: string;
};

export type SnapshotSources = {
  readonly version: string;
  readonly startedAtMs: number;
  readonly config: Config;
  readonly lifeCycle: LifeCycle;
  readonly pipeline: Pipeline;
  readonly standingBy: () => readonly number[];
  readonly rangeOf: (topic: InputTopic, partition: number) => Promise<OffsetRange>;
  readonly lastError: () => Problem | undefined;
  readonly configuration: () => ConfigurationState;
};

/** Takes the snapshot. The ends of the inputs are asked for; what else it says is known already. */
export async function snapshotOf(sources: SnapshotSources): Promise<Snapshot> {
  const { version, startedAtMs, config, lifeCycle, pipeline } = sources;
  const { application, instance, guarantee } = config;
  const partitions = await partitionStates(sources);
  const { restoring, batchesInFlight } = pipeline.view;
  return {
    ...{ version, application, instance, guarantee, pid: process.pid, startedAtMs },
    uptimeMs: Date.now() - startedAtMs,
    lifeCycle: { state: lifeCycle.state, sinceMs: lifeCycle.sinceMs },
    ...{ partitions, restoring, standingBy: sources.standingBy(), lag: totalLag(partitions), batchesInFlight },
    lastError: sources.lastError() ?? null,
    configuration: sources.configuration(),
  };
}

async function partitionStates({ pipeline, rangeOf }: SnapshotSources): Promise<PartitionState[]> {
  const untilMs = performance.now() + lagTimeoutMs;
  const assigned = [...pipeline.view.partitions.values()].sort((a, b) => a.number - b.number);
  const states: PartitionState[] = [];
  for (const partition of assigned) {
    const inputs: InputState[] = [];
    for (const topic of inputTopics) {
      const isInTime = performance.now() < untilMs;
      const high = isInTime ? await endOf(rangeOf(topic, partition.number), untilMs) : undefined;
      inputs.push(inputState(partition, topic, high));
    }
    const [init, requests] = inputs as [InputState, InputState];
    states.push({ partition: partition.number, init, requests });
  }
  return states;
}

function inputState(partition: AssignedPartition, topic: InputTopic, high: number | undefined): InputState {
  const committed = positionOf(partition.committed, topic);
  const { merge, positions } = partition;
  // Markers of transactions, which no committed offset ever passes, would otherwise be a lag for ever.
  const isDone = merge.isAtEnd(topic) && merge.buffered(topic) === 0 && committed === positionOf(positions, topic);
  if (isDone) return { committed, lag: 0 };
  return { committed, lag: high === undefined ? null : Math.max(0, high - committed) };
}

/** The high watermark; undefined when it is not told in time, or at all. */
function endOf(range: Promise<OffsetRange>, untilMs: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(undefined), Math.max(0, untilMs - performance.now()));
    const end = (high: number | undefined): void => {
      clearTimeout(timer);
      resolve(high);
    };
    range.then(
      ({ high }) => end(high),
      () => end(undefined),
    );
  });
}

function totalLag(partitions: readonly PartitionState[]): Snapshot['lag'] {
  let total = 0;
  let max = 0;
  for (const { init, requests } of partitions) {
    if (init.lag === null || requests.lag === null) return null;
    total += init.lag + requests.lag;
    max = Math.max(max, init.lag + requests.lag);
  }
  return { total, max };
}
