import { InputTopic } from '../frames.js';

/** As far as librdkafka's statistics are read (STATISTICS.md). */
export type Statistics = {
  /** Messages and bytes that a producer has not delivered. */
  readonly msg_cnt?: number;
  readonly msg_size?: number;
  readonly brokers?: Record<string, BrokerStatistics>;
  readonly topics?: Record<string, { readonly partitions: Record<string, PartitionStatistics> }>;
};

type BrokerStatistics = {
  readonly outbuf_cnt: number;
  readonly waitresp_cnt: number;
  /** In microseconds, over the last interval. */
  readonly rtt: { readonly p99: number };
};

export type PartitionStatistics = {
  readonly fetch_state: string;
  readonly unknown: boolean;
  readonly fetchq_cnt?: number;
  readonly fetchq_size?: number;
  /** The last stable offset as the last fetch told it; negative before. */
  readonly ls_offset?: number;
};

const microsecondsPerMs = 1_000;

/** What a client's last statistics said of its queues; all zero before the first. */
export class ClientStatistics {
  fetchQueueRecords = 0;
  fetchQueueBytes = 0;
  produceQueueRecords = 0;
  produceQueueBytes = 0;
  requestsInFlight = 0;
  roundTripMs = 0;
  private last: Statistics = {};

  /** @param topics the inputs' names, where the client is their consumer */
  constructor(private readonly topics: { readonly init: string; readonly requests: string } | undefined = undefined) {}

  observe(statistics: Statistics): void {
    if (this.topics !== undefined) this.last = statistics;
    const brokers = Object.values(statistics.brokers ?? {});
    const partitions = Object.values(statistics.topics ?? {}).flatMap((topic) => Object.values(topic.partitions));
    // Each partition's queue is forwarded to the consumer's one, and it is that one's length that each tells.
    this.fetchQueueRecords = Math.max(0, ...partitions.map(({ fetchq_cnt }) => fetchq_cnt ?? 0));
    this.fetchQueueBytes = Math.max(0, ...partitions.map(({ fetchq_size }) => fetchq_size ?? 0));
    this.produceQueueRecords = statistics.msg_cnt ?? 0;
    this.produceQueueBytes = statistics.msg_size ?? 0;
    this.requestsInFlight = sum(brokers.map(({ outbuf_cnt, waitresp_cnt }) => outbuf_cnt + waitresp_cnt));
    this.roundTripMs = Math.max(0, ...brokers.map(({ rtt }) => rtt.p99)) / microsecondsPerMs;
  }

  /** Where a partition of an input ends for a read_committed consumer, as the last fetch told it. */
  readonly endOffsets = (topic: InputTopic, partition: number): number | undefined => {
    const name = topic === InputTopic.init ? this.topics?.init : this.topics?.requests;
    const offset = name === undefined ? undefined : this.last.topics?.[name]?.partitions[partition]?.ls_offset;
    return offset === undefined || offset < 0 ? undefined : offset;
  };
}

const sum = (numbers: readonly number[]): number => numbers.reduce((all, one) => all + one, 0);
