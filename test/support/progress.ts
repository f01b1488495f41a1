import type Kafka from 'node-rdkafka';
import type { Daemon } from './daemon.js';
import { connected, looseConsumer, patiently, pause, promised, requestTimeoutMs } from './kafka-client.js';
import type { Topics } from './topics.js';

export type Progress = { readonly done: number; readonly total: number };

const pollMs = 50;
/** Of one partition's question: those that wait for a leader hold up the others, for a few threads ask for all. */
const watermarksTimeoutMs = 2_000;

/**
 * Watches how many input records an application has committed, by its group's offsets, until `enough` says so. Resolves
 * with the progress then; rejects after the time limit, or when the daemon has ended.
 */
export function watchProgress(
  bootstrapServers: string,
  topics: Topics,
  options: {
    readonly enough: (progress: Progress) => boolean;
    readonly daemon: Daemon;
    readonly timeoutMs?: number;
  },
): Promise<Progress> {
  const { enough, daemon, timeoutMs = 90_000 } = options;
  const consumer = looseConsumer(bootstrapServers, {
    'group.id': topics.application,
    'isolation.level': 'read_uncommitted',
  });
  const deadlineMs = Date.now() + timeoutMs;
  return connected(consumer, async () => {
    const ends = await inputEnds(consumer, topics);
    const total = ends.reduce((sum, { offset }) => sum + offset, 0);
    for (;;) {
      // Read before the offsets: a daemon may commit the rest and end in between.
      const { ended } = daemon;
      const last = ended || Date.now() > deadlineMs;
      const committed = await committedOffsets(consumer, ends);
      const progress = { done: committed.reduce((sum, offset) => sum + offset, 0), total };
      if (enough(progress)) return progress;
      if (last) {
        const why = ended ? 'the daemon ended' : `${timeoutMs} ms passed`;
        throw new Error(
          `${why} with ${progress.done} of ${total} input records committed (${lagging(ends, committed)}); its output ended with\n${daemon.tail()}`,
        );
      }
      await pause(pollMs);
    }
  });
}

/** Resolves when the application has committed every input record there is. */
export const untilConsumed = (bootstrapServers: string, topics: Topics, daemon: Daemon): Promise<Progress> =>
  watchProgress(bootstrapServers, topics, { enough: ({ done, total }) => done === total, daemon });

async function inputEnds(consumer: Kafka.KafkaConsumer, topics: Topics): Promise<Kafka.TopicPartitionOffset[]> {
  const allMetadata = (): Promise<Kafka.Metadata> =>
    promised((done) => consumer.getMetadata({ allTopics: true, timeout: requestTimeoutMs }, done));
  const metadata = await allMetadata();
  const inputs = metadata.topics.filter(({ name }) => name === topics.init || name === topics.requests);
  const partitions = inputs.flatMap(({ name, partitions }) =>
    partitions.map(({ id }) => ({ topic: name, partition: id })),
  );
  return Promise.all(
    partitions.map(async ({ topic, partition }) => {
      // librdkafka goes on asking a leader that is dead; only new metadata make it ask another.
      const { highOffset } = await patiently(
        () =>
          promised<Kafka.WatermarkOffsets>((done) =>
            consumer.queryWatermarkOffsets(topic, partition, watermarksTimeoutMs, done),
          ),
        allMetadata,
      );
      return { topic, partition, offset: highOffset };
    }),
  );
}

/** The committed offset of each of `ends`, 0 where there is none. */
async function committedOffsets(
  consumer: Kafka.KafkaConsumer,
  ends: readonly Kafka.TopicPartitionOffset[],
): Promise<number[]> {
  const partitions = ends.map(({ topic, partition }) => ({ topic, partition }));
  // The offsets topic is made at the first use of any group.
  const committed = await patiently(() =>
    promised<Kafka.TopicPartitionOffset[]>((done) => consumer.committed(partitions, requestTimeoutMs, done)),
  );
  const known = new Map(committed.map(({ topic, partition, offset }) => [`${topic} ${partition}`, offset]));
  return ends.map(({ topic, partition }) => Math.max(0, known.get(`${topic} ${partition}`) ?? 0));
}

/** The partitions that are not done, for a message. */
const lagging = (ends: readonly Kafka.TopicPartitionOffset[], committed: readonly number[]): string =>
  ends
    .map(({ topic, partition, offset }, index) => ({
      name: `${topic}[${partition}]`,
      offset,
      at: committed[index] ?? 0,
    }))
    .filter(({ offset, at }) => at < offset)
    .map(({ name, offset, at }) => `${name} at ${at} of ${offset}`)
    .join(', ');
