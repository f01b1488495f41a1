import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Bytes in the log segments of a broker's partition folders whose topic `accepts`. */
export function topicBytes(dataDirectory: string, accepts: (topic: string) => boolean): number {
  let total = 0;
  for (const folder of readdirSync(dataDirectory)) {
    const topic = /^(.+)-\d+$/.exec(folder)?.[1];
    if (topic === undefined || !accepts(topic)) continue;
    for (const file of readdirSync(join(dataDirectory, folder))) {
      if (file.endsWith('.log')) total += statSync(join(dataDirectory, folder, file)).size;
    }
  }
  return total;
}

/** seatmapd's `<application>-changelog`, and those that Kafka Streams names after its stores. */
export const isChangelogOf =
  (application: string) =>
  (topic: string): boolean =>
    topic.startsWith(`${application}-`) && topic.endsWith('-changelog');
