import type { Definition } from '../definition.js';

/** The stores, their restoring and their standbys. */
export const stateMetrics = {
  restoreRecordsTotal: {
    kind: 'counter',
    meaning: 'Images read from the changelog by restores.',
    alert: 'Rises with every restart by as much as there are sections: the state directory does not survive it.',
  },
  persistLatencyMs: {
    kind: 'latency',
    meaning:
      'From the moment a committed batch is handed to a worker until LMDB has it, the waiting for its turn included.',
    alert: 'p99 above 50 with `durability: process`: the disk is slow or full.',
  },
  storeSizeBytes: {
    kind: 'gaugeOfMany',
    meaning: 'Size of the LMDB files of the owned partitions: in all, and of the largest.',
    alert: "`total` near the disk's room. `max` above `state.mapSizeBytes`: LMDB extends its map, set a larger one.",
  },
  storeMapUtilization: {
    kind: 'gauge',
    meaning: 'The largest of them as a share of `state.mapSizeBytes`; above 1 the map has been extended.',
  },
  standbyPartitions: {
    kind: 'gauge',
    meaning: 'With `state.standby: all`, partitions that are followed for others.',
    alert: 'Below the partitions that this instance does not own for a minute: `standbyFailed` says why.',
  },
  standbyLagRecords: {
    kind: 'gauge',
    meaning: "Offsets between what they have followed and the changelog's ends.",
    alert: 'Grows for minutes: a takeover will read that much.',
  },
  standbyRecordsTotal: { kind: 'counter', meaning: 'Images that were read to follow them.' },
} as const satisfies Record<string, Definition>;
