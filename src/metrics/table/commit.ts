import type { Definition } from '../definition.js';

/** Batches, and where their time goes. */
export const commitMetrics = {
  batchesTotal: { kind: 'counter', meaning: 'Batches that were committed and persisted; each is a transaction.' },
  batchesInFlight: {
    kind: 'gauge',
    meaning: 'Batches that are being computed, committed or persisted.',
    alert: 'At `batch.inFlight` all the time with a small `recordsConsumedRate`: the broker or the disk is slow.',
  },
  commitAbortsTotal: {
    kind: 'counter',
    meaning: 'Transactions that were aborted; their records were computed again.',
    alert: 'Rises steadily: see the sentences of `aborted`. One or two when an instance joins or leaves are nothing.',
  },
  endToEndLatencyMs: {
    kind: 'latency',
    meaning:
      "From the record timestamp of an input until its answer is committed, as Kafka Streams' `record-e2e-latency`: of each batch two count, not every one: the oldest of its partitions' first records and the newest of their last. By the wall clock; what a producer dates into the future counts as 0.",
    alert: 'p99 above what a customer may wait, without a backlog (`consumerLag`): see `commitPhasesMs`.',
  },
  processLatencyMs: {
    kind: 'latency',
    meaning:
      'From the moment a batch is handed to a worker until its answers are back: waiting in the queue, decoding, allocating, encoding.',
    alert: 'p99 above 100: `workerUtilization` near 1 wants more `workers.threads`.',
  },
  commitLatencyMs: {
    kind: 'latency',
    meaning: 'From the dispatch of a batch until it is persisted.',
    alert: 'p99 near `transaction.timeoutMs`: transactions will be aborted by the broker.',
  },
  commitPhasesMs: {
    kind: 'latency',
    by: 'phase',
    meaning:
      'Where that time went: `turn` (waiting for the batch before), `offsets`, `compute`, `produce`, `deliver`, `end`, `persist`.',
    alert: '`deliver`, `offsets` or `end` is what grew: the broker. `compute`: the workers. `persist`: the disk.',
  },
} as const satisfies Record<string, Definition>;
