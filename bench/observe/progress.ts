import Kafka from 'node-rdkafka';
import {
  connected,
  KafkaCallError,
  looseConsumer,
  pause,
  promised,
  requestTimeoutMs,
} from '../../test/support/kafka-client.js';

const pollIntervalMs = 20;
/** A cold start with a hundred thousand sections comes before the first commit of a request. */
const stalledMs = 180_000;

/** How many requests were committed at a moment, in milliseconds since the epoch. */
export type Sample = { readonly timeMs: number; readonly committed: number };

const notYet = [
  Kafka.CODES.ERRORS.ERR_NOT_COORDINATOR,
  Kafka.CODES.ERRORS.ERR_COORDINATOR_NOT_AVAILABLE,
  Kafka.CODES.ERRORS.ERR_COORDINATOR_LOAD_IN_PROGRESS,
];

/**
 * Polls the committed offsets of a group, the same way for every program, until all `requests` are committed.
 * `isOver` ends it with an error: it is asked between two polls.
 */
export function watchCommitted(
  bootstrapServers: string,
  group: {
    readonly application: string;
    readonly topic: string;
    readonly partitions: number;
    readonly requests: number;
  },
  isOver: () => Error | undefined,
): Promise<Sample[]> {
  // A read_committed client would wait for open transactions (require_stable), which would slow both sides down.
  const consumer = looseConsumer(bootstrapServers, {
    'group.id': group.application,
    'isolation.level': 'read_uncommitted',
  });
  const partitions = Array.from({ length: group.partitions }, (_, partition) => ({ topic: group.topic, partition }));
  return connected(consumer, async () => {
    const samples: Sample[] = [];
    for (;;) {
      const sample = { committed: await committedSum(consumer, partitions), timeMs: Date.now() };
      samples.push(sample);
      if (sample.committed >= group.requests) return samples;
      const error = isOver() ?? stalled(samples);
      if (error !== undefined) throw error;
      await pause(pollIntervalMs);
    }
  });
}

function stalled(samples: readonly Sample[]): Error | undefined {
  const last = samples.at(-1) as Sample;
  const since = samples.find(({ committed }) => committed === last.committed) as Sample;
  if (last.timeMs - since.timeMs < stalledMs) return undefined;
  return new Error(`nothing was committed for ${stalledMs} ms after ${last.committed} requests`);
}

async function committedSum(consumer: Kafka.KafkaConsumer, partitions: Kafka.TopicPartition[]): Promise<number> {
  try {
    const committed = await promised<Kafka.TopicPartitionOffset[]>((done) =>
      consumer.committed(partitions, requestTimeoutMs, done),
    );
    return committed.reduce((sum, { offset }) => sum + Math.max(0, offset ?? 0), 0);
  } catch (error) {
    // The offsets topic is made at the first use of any group: nothing has been committed then.
    if (error instanceof KafkaCallError && error.code !== undefined && notYet.includes(error.code)) return 0;
    throw error;
  }
}

/** The moment at which `count` requests were committed: between the samples around it, by a straight line. */
export function timeOfCommitted(samples: readonly Sample[], count: number): number {
  const at = samples.findIndex(({ committed }) => committed >= count);
  const after = samples[at];
  if (after === undefined) throw new Error(`${count} requests were never committed`);
  const before = samples[at - 1];
  if (before === undefined) return after.timeMs;
  const part = (count - before.committed) / (after.committed - before.committed);
  return before.timeMs + part * (after.timeMs - before.timeMs);
}

/** One commit of more than this share of all requests leaves no second half that could be timed. */
const mostInOneCommit = 0.25;

/** Rates of a run over a backlog: of all its requests, and of the second half; 0 where commits are too large for that. */
export function rates(
  samples: readonly Sample[],
  readyMs: number,
  requests: number,
): { requestsPerSecond: number; warmRequestsPerSecond: number; seconds: number } {
  const endMs = timeOfCommitted(samples, requests);
  const halfMs = timeOfCommitted(samples, requests / 2);
  const steps = samples.map(({ committed }, index) => committed - (samples[index - 1]?.committed ?? 0));
  const isTimed = Math.max(...steps) <= requests * mostInOneCommit;
  return {
    requestsPerSecond: (requests * 1_000) / (endMs - readyMs),
    warmRequestsPerSecond: isTimed ? (requests * 500) / (endMs - halfMs) : 0,
    seconds: (endMs - readyMs) / 1_000,
  };
}
