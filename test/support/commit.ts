import type Kafka from 'node-rdkafka';
import { connected, looseConsumer, patiently, promised } from './kafka-client.js';

/** Commits offsets in the name of a group that has no members. */
export async function commitOffsets(
  bootstrapServers: string,
  group: string,
  offsets: Kafka.TopicPartitionOffset[],
): Promise<void> {
  const reader = looseConsumer(bootstrapServers, { 'group.id': group });
  const commit = (done: (error: unknown) => void): void => {
    try {
      reader.commitSync(offsets);
      done(undefined);
    } catch (error) {
      done(error);
    }
  };
  // The offsets topic is made, and loaded, at the first use of any group.
  await connected(reader, () => patiently(() => promised(commit)));
}
