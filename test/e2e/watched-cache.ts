import type { StatusPayload } from '../../src/client/index.js';
import { SectionStatusCache } from '../../src/client/index.js';

const lookEveryMs = 20;

/** The cache of an API server, and every count that it ever held. */
export class WatchedCache {
  /** By `eventId-section`. */
  readonly held = new Map<string, Set<number>>();
  private readonly timer: NodeJS.Timeout;

  private constructor(
    readonly cache: SectionStatusCache,
    private readonly events: readonly number[],
  ) {
    cache.on('update', (update) => {
      if (update.kind === 'counted') this.note(`${update.eventId}-${update.section}`, update.availableCount);
    });
    this.timer = setInterval(() => this.counts(), lookEveryMs);
  }

  /** Connects it and waits until it is warm. */
  static async connect(
    bootstrapServers: string,
    topic: string,
    payload: StatusPayload,
    events: readonly number[],
  ): Promise<WatchedCache> {
    const client = { 'bootstrap.servers': bootstrapServers };
    const watched = new WatchedCache(await SectionStatusCache.connect({ client, topic, payload }), events);
    await watched.cache.ready();
    watched.counts();
    return watched;
  }

  /** What it holds now, by `eventId-section`. */
  counts(): Map<string, number> {
    const counts = new Map<string, number>();
    for (const event of this.events) {
      for (const { eventId, section, availableCount } of this.cache.sections(event)) {
        const key = `${eventId}-${section}`;
        counts.set(key, availableCount);
        this.note(key, availableCount);
      }
    }
    return counts;
  }

  async close(): Promise<void> {
    clearInterval(this.timer);
    await this.cache.close();
  }

  private note(key: string, availableCount: number): void {
    const held = this.held.get(key) ?? new Set<number>();
    this.held.set(key, held.add(availableCount));
  }
}
