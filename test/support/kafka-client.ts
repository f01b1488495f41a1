import Kafka from 'node-rdkafka';

export const requestTimeoutMs = 30_000;

/** A record as a consumer returned it. */
export type KafkaRecord = {
  readonly partition: number;
  readonly offset: number;
  readonly timestampMs: number;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: Readonly<Record<string, string>>;
};

/** node-rdkafka's errors are not all instances of Error, and their stack does not tell which call failed; this one's does. */
export class KafkaCallError extends Error {
  readonly code: number | undefined;

  constructor(error: { message?: string; code?: number }, callerStack = '') {
    super(`Kafka: ${error.message ?? String(error)}`);
    this.code = error.code;
    this.stack = `${this.name}: ${this.message}${callerStack.slice(callerStack.indexOf('\n'))}`;
  }
}

type Connectable = Kafka.Producer | Kafka.KafkaConsumer;

/** Connects `client`, runs `work` with it and disconnects it whatever happens. */
export async function connected<C extends Connectable, T>(client: C, work: (client: C) => Promise<T>): Promise<T> {
  await promised<Kafka.Metadata>((done) => client.connect({ timeout: requestTimeoutMs }, done));
  try {
    return await work(client);
  } finally {
    await new Promise<void>((resolve) => client.disconnect(() => resolve()));
  }
}

/** A promise of what node-rdkafka's `call` hands to its callback. */
export function promised<T = void>(call: (done: (error: unknown, value?: T) => void) => void): Promise<T> {
  const caller: { stack?: string } = {};
  Error.captureStackTrace(caller, promised);
  return new Promise<T>((resolve, reject) => {
    call((error, value) => {
      if (error) reject(new KafkaCallError(error as { message?: string; code?: number }, caller.stack));
      else resolve(value as T);
    });
  });
}

/**
 * What is heard of a broker that has just died or started, or of what has just moved to another: LEADER_NOT_AVAILABLE,
 * NOT_LEADER, the three of coordinators, OFFSET_NOT_AVAILABLE; no connection, no answer in time, not even sent in time,
 * a broker's handle destroyed, a partition not known yet.
 */
const passingCodes: readonly (number | undefined)[] = [5, 6, 14, 15, 16, 78, -195, -185, -166, -137, -190];
const passingTimeoutMs = 120_000;
const retryMs = 100;

/** Makes a call again while its error is one that passes by itself; `beforeRetry` comes before each further attempt. */
export async function patiently<T>(call: () => Promise<T>, beforeRetry?: () => Promise<unknown>): Promise<T> {
  const deadlineMs = Date.now() + passingTimeoutMs;
  for (let hasFailed = false; ; hasFailed = true) {
    try {
      if (hasFailed) await beforeRetry?.();
      return await call();
    } catch (error) {
      const isPassing = error instanceof KafkaCallError && passingCodes.includes(error.code);
      if (!isPassing || Date.now() > deadlineMs) throw error;
    }
    await pause(retryMs);
  }
}

export const pause = (durationMs: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, durationMs));

/** The number of partitions of each topic; 0 for one that the broker does not know (yet). */
export async function partitionCounts(client: Connectable, topics: readonly string[]): Promise<Map<string, number>> {
  const metadata = await promised<Kafka.Metadata>((done) =>
    client.getMetadata({ allTopics: true, timeout: requestTimeoutMs }, done),
  );
  const known = new Map(metadata.topics.map((topic) => [topic.name, topic.partitions.length]));
  return new Map(topics.map((topic) => [topic, known.get(topic) ?? 0]));
}

/** A consumer that never joins its group. */
export function looseConsumer(bootstrapServers: string, properties: Kafka.ConsumerGlobalConfig): Kafka.KafkaConsumer {
  return new Kafka.KafkaConsumer(
    {
      'bootstrap.servers': bootstrapServers,
      'enable.auto.commit': false,
      'group.id': 'seatmapd-test',
      ...properties,
    },
    { 'auto.offset.reset': 'error' },
  );
}
