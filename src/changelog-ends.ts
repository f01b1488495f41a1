import { messageOf } from './errors.js';
import type { Watermarks } from './kafka/watermarks.js';
import type { Log } from './log.js';

const intervalMs = 5_000;

export type ChangelogEndsOptions = {
  readonly watermarks: Watermarks;
  readonly topic: string;
  readonly partitions: () => readonly number[];
  readonly note: (partition: number, offset: number) => void;
  readonly log: Log;
};

/** Refreshes how far the changelog reaches: a restore reads a tail of it and not all, a standby knows its lag. Returns what ends it. */
export function followChangelogEnds(options: ChangelogEndsOptions): () => void {
  const { watermarks, topic, partitions, note, log } = options;
  let running = false;
  const refresh = async (): Promise<void> => {
    if (running) return;
    running = true;
    try {
      for (const partition of partitions()) note(partition, (await watermarks.range(topic, partition)).high);
    } catch (error) {
      log.warn('kafkaError', {}, `the changelog's end is not known at the moment: ${messageOf(error)}`);
    }
    running = false;
  };
  const timer = setInterval(() => void refresh(), intervalMs);
  return () => clearInterval(timer);
}
