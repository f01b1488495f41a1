import type { Definition } from '../definition.js';

/** What comes in. */
export const inputMetrics = {
  recordsConsumedRate: {
    kind: 'rate',
    of: 'recordsConsumedTotal',
    meaning: 'Records of both inputs a second, counted when they are committed.',
    alert: '0 for a minute while `consumerLag.total` is not: nothing is committed; see `kafkaError` and `aborted`.',
  },
  recordsConsumedTotal: { kind: 'counter', meaning: 'Records of both inputs.' },
  initsTotal: { kind: 'counter', meaning: 'Commands that set a section up, or were refused to replace one.' },
  requestsTotal: { kind: 'counter', meaning: 'Requests that were answered.' },
  nullValuesTotal: {
    kind: 'counter',
    meaning: 'Records without a value, which are skipped. Commands that remove a section are none of them.',
    alert: 'Rises: a producer sends tombstones to an input; they have no meaning there.',
  },
  sectionsRemovedTotal: { kind: 'counter', meaning: 'Sections removed by `seatmapd state remove`.' },
  skippedTotal: {
    kind: 'counter',
    meaning: "Records read again after a crash whose effect is in their section's image; under `at_least_once` only.",
  },
  misroutedTotal: {
    kind: 'counter',
    meaning:
      "Records in a partition that their section's key does not hash to (murmur2 of `eventId-section` modulo the partitions).",
    alert:
      'Above 0: a producer does not partition by the key, or not as the Java client does (librdkafka: `partitioner=murmur2_random`). Its requests find an unknown section. `misrouted` names one.',
  },
  consumerLag: {
    kind: 'gaugeOfMany',
    meaning:
      "Records of the inputs that are not committed yet, of the partitions that this instance owns: in all, and of the partition with most. As Kafka's `records-lag`, by offsets: transaction markers among them count as records. The ends are those of librdkafka's statistics, up to 5 s old.",
    alert:
      '`total` above what the rate clears within the time an answer may take (`total` / `recordsConsumedRate` seconds); or `max` grows while the others do not: a hot or stuck partition.',
  },
  heldBackRecords: {
    kind: 'gauge',
    meaning: 'Records that were read and wait for the merge of the two inputs, or for their batch.',
    alert: "Thousands for a minute and `recordsConsumedRate` 0: one of the inputs can't be read to its end.",
  },
  assignedPartitions: {
    kind: 'gauge',
    meaning: 'Partitions that are processed here.',
    alert: "The sum over all instances is not the inputs' partition count for longer than a takeover takes.",
  },
  rebalancesTotal: {
    kind: 'counter',
    meaning: 'Times that the group gave partitions to this instance or took some from it.',
    alert: 'Rises while no instance starts or stops: sessions time out; see CPU, pauses and `session.timeout.ms`.',
  },
} as const satisfies Record<string, Definition>;
