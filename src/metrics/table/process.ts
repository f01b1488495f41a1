import type { Definition } from '../definition.js';

/** Threads, memory and librdkafka's queues. */
export const processMetrics = {
  workerUtilization: {
    kind: 'utilization',
    by: 'slot',
    meaning: 'How busy each worker is.',
    alert: 'Above 0.9: more `workers.threads` where cores are idle. One far above the others: its partitions are hot.',
  },
  workerQueue: {
    kind: 'gauge',
    by: 'slot',
    meaning: 'Tasks that each worker has been given and has not answered.',
    alert:
      'The same above 0 in line after line while `recordsConsumedRate` is 0: that worker is stuck; the watchdog restarts the process.',
  },
  eventLoopUtilization: {
    kind: 'utilization',
    meaning: 'How busy the main thread is.',
    alert: 'Above 0.9: this instance is at its end; start another one (more instances a host, or hosts).',
  },
  rssBytes: {
    kind: 'gauge',
    meaning: 'Resident memory of the process.',
    alert: 'Near `MemoryHigh` of the unit.',
  },
  fetchQueueRecords: {
    kind: 'gauge',
    meaning: 'Records that librdkafka has fetched and nobody has taken yet.',
    alert: '0 with a large `consumerLag`: the broker or the network is the limit, not this process.',
  },
  fetchQueueBytes: { kind: 'gauge', meaning: 'Their size.' },
  produceQueueRecords: {
    kind: 'gauge',
    meaning: 'Records that librdkafka has not delivered yet, of all producers.',
    alert: 'Near `queue.buffering.max.messages` (1,000,000): the broker does not keep up.',
  },
  produceQueueBytes: { kind: 'gauge', meaning: 'Their size.' },
  kafkaRequestsInFlight: {
    kind: 'gauge',
    meaning: 'Requests to brokers that wait to be sent or answered, of the consumer and the producers.',
  },
  kafkaRoundTripMs: {
    kind: 'gauge',
    meaning: "p99 of a request's round trip to the slowest broker, as librdkafka saw it lately.",
    alert: 'Far above its usual value: that broker, or the network to it.',
  },
} as const satisfies Record<string, Definition>;
