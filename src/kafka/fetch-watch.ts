import { type FatalError, temporary } from '../errors.js';
import type { Statistics } from './client-statistics.js';

type TopicPartition = { readonly topic: string; readonly partition: number };

/**
 * librdkafka stops fetching a partition for good when its position is out of the log's range (`auto.offset.reset=error`)
 * and says so in an error that node-rdkafka's consume drops if messages came with it. Of a topic that was deleted it says,
 * after topic.metadata.propagation.max.ms, that some topic is unknown, and goes on asking. Its statistics tell both, with
 * the name: an assigned partition in fetch state `none`, or unknown to the cluster, seen twice. Which are assigned is told
 * here: to librdkafka a partition is `desired` as soon as its committed offset was asked for.
 */
export class FetchWatch {
  /** Of what is assigned, whether it was seen stopped the last time. */
  private readonly isSuspect = new Map<string, boolean>();

  constructor(private readonly onStopped: (error: FatalError) => void) {}

  begin(partitions: readonly TopicPartition[]): void {
    for (const one of partitions) this.isSuspect.set(nameOf(one), false);
  }

  end(partitions: readonly TopicPartition[]): void {
    for (const one of partitions) this.isSuspect.delete(nameOf(one));
  }

  observe({ topics }: Pick<Statistics, 'topics'>): void {
    for (const [topic, { partitions }] of Object.entries(topics ?? {})) {
      for (const [partition, { fetch_state, unknown }] of Object.entries(partitions)) {
        this.note(nameOf({ topic, partition: Number(partition) }), fetch_state === 'none' || unknown);
      }
    }
  }

  private note(name: string, hasStopped: boolean): void {
    const wasSuspect = this.isSuspect.get(name);
    if (wasSuspect === undefined) return;
    this.isSuspect.set(name, hasStopped);
    if (wasSuspect && hasStopped)
      this.onStopped(
        temporary(
          `${name} is no longer fetched: its position left the log's range, or the topic was deleted; the restart tells which`,
        ),
      );
  }
}

const nameOf = ({ topic, partition }: TopicPartition): string => `${topic}-${partition}`;
