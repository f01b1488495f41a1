import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { ClientStatistics } from '../kafka/client-statistics.js';
import type { AssignedPartition } from '../pipeline/assignment.js';
import type { SlotActivity } from '../slots/activity.js';
import { consumerLagOf, heldBackRecordsOf } from './consumer-lag.js';
import type { TotalAndMax } from './definition.js';
import type { Readings } from './table.js';

/** What the parts of the process are asked for when a line is written. */
export type Gauges = Pick<
  Readings,
  | 'consumerLag'
  | 'heldBackRecords'
  | 'assignedPartitions'
  | 'batchesInFlight'
  | 'storeSizeBytes'
  | 'storeMapUtilization'
  | 'workerUtilization'
  | 'workerQueue'
  | 'fetchQueueRecords'
  | 'fetchQueueBytes'
  | 'produceQueueRecords'
  | 'produceQueueBytes'
  | 'kafkaRequestsInFlight'
  | 'kafkaRoundTripMs'
>;

/** Before the parts are there. */
export const noGauges: Gauges = {
  consumerLag: { total: 0, max: 0 },
  heldBackRecords: 0,
  assignedPartitions: 0,
  batchesInFlight: 0,
  storeSizeBytes: { total: 0, max: 0 },
  storeMapUtilization: 0,
  workerUtilization: {},
  workerQueue: {},
  fetchQueueRecords: 0,
  fetchQueueBytes: 0,
  produceQueueRecords: 0,
  produceQueueBytes: 0,
  kafkaRequestsInFlight: 0,
  kafkaRoundTripMs: 0,
};

export type GaugeSources = {
  readonly pipeline: { readonly partitions: ReadonlyMap<number, AssignedPartition>; readonly batchesInFlight: number };
  readonly slots: { readonly activity: readonly SlotActivity[] };
  readonly input: { readonly statistics: ClientStatistics };
  readonly outputs: readonly { readonly statistics: ClientStatistics }[];
  /** Where the partitions' stores are. */
  readonly storeDirectory: string;
  readonly mapSizeBytes: number;
};

export function gaugesOf(sources: GaugeSources): Gauges {
  const { pipeline, slots, input, outputs, storeDirectory, mapSizeBytes } = sources;
  const { batchesInFlight } = pipeline;
  const partitions = [...pipeline.partitions.values()];
  const storeSizeBytes = totalAndMax(partitions.map(({ number }) => storeSizeBytesOf(storeDirectory, number)));
  const producers = outputs.map(({ statistics }) => statistics);
  const clients = [input.statistics, ...producers];
  return {
    consumerLag: totalAndMax(partitions.map((partition) => consumerLagOf(partition, input.statistics.endOffsets))),
    heldBackRecords: sum(partitions.map(heldBackRecordsOf)),
    assignedPartitions: partitions.length,
    batchesInFlight,
    storeSizeBytes,
    storeMapUtilization: Math.round((storeSizeBytes.max / mapSizeBytes) * 1_000) / 1_000,
    workerUtilization: bySlot(slots.activity, ({ busyMs }) => busyMs),
    workerQueue: bySlot(slots.activity, ({ queued }) => queued),
    fetchQueueRecords: input.statistics.fetchQueueRecords,
    fetchQueueBytes: input.statistics.fetchQueueBytes,
    produceQueueRecords: sum(producers.map(({ produceQueueRecords }) => produceQueueRecords)),
    produceQueueBytes: sum(producers.map(({ produceQueueBytes }) => produceQueueBytes)),
    kafkaRequestsInFlight: sum(clients.map(({ requestsInFlight }) => requestsInFlight)),
    kafkaRoundTripMs: Math.max(...clients.map(({ roundTripMs }) => roundTripMs)),
  };
}

const sum = (numbers: readonly number[]): number => numbers.reduce((all, one) => all + one, 0);

const totalAndMax = (numbers: readonly number[]): TotalAndMax => ({
  total: sum(numbers),
  max: Math.max(0, ...numbers),
});

const bySlot = (all: readonly SlotActivity[], of: (one: SlotActivity) => number): Record<string, number> =>
  Object.fromEntries(all.map((one, slot) => [String(slot), of(one)]));

/** The size of LMDB's file, which has no holes and never shrinks: its pages, used and free. 0 where there is none yet. */
const storeSizeBytesOf = (directory: string, partition: number): number =>
  statSync(join(directory, String(partition), 'data.mdb'), { throwIfNoEntry: false })?.size ?? 0;
