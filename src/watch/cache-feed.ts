import type { SectionUpdate } from '../client/section-count.js';
import type { SectionStatusCache } from '../client/section-status-cache.js';
import type { StatusFeed } from './feeds.js';

/** The status topic as a SectionStatusCache has it. */
export class CacheFeed implements StatusFeed {
  private listener: (update: SectionUpdate) => void = () => undefined;

  constructor(private readonly cache: SectionStatusCache) {}

  follow(listener: (update: SectionUpdate) => void): void {
    this.listener = listener;
    this.cache.on('update', listener);
  }

  /** What the first read brought is told of when it is complete. */
  async ready(): Promise<void> {
    await this.cache.ready();
    for (const eventId of this.cache.events())
      for (const count of this.cache.sections(eventId)) this.listener({ kind: 'counted', ...count });
  }

  trouble(): string | undefined {
    const { problem, size, undecodable } = this.cache.statistics();
    if (problem !== undefined || size > 0 || undecodable === 0) return problem;
    return 'no status can be decoded: avro.framing, status.payload?';
  }
}
