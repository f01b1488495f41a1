import { EventEmitter } from 'node:events';
import type { Long } from '../../workers/avro.js';
import { messageOf } from '../errors.js';
import type { Properties } from '../kafka/properties.js';
import { readerProperties } from './properties.js';
import type { SectionCount, SectionUpdate } from './section-count.js';
import { bareDecoder, type StatusDecoder, type StatusPayload } from './status-decoder.js';
import type { StatusSource } from './status-source.js';
import { StatusSync } from './status-sync.js';
import { TopicReader } from './topic-reader.js';

export type SectionStatusCacheOptions = {
  /** librdkafka's properties of the consumer, dotted as in its documentation: `bootstrap.servers`, security. */
  readonly client: Properties;
  /** The status topic; section-status unless said otherwise. */
  readonly topic?: string;
  /** What the topic's values are, without a `decoder`: `count` (the default) or the replaced system's `full` map, both bare Avro. */
  readonly payload?: StatusPayload;
  /** Reads the values in place of `payload`, for instance by a schema registry. */
  readonly decoder?: StatusDecoder;
  /** The most sections that are kept (1,000,000). More are unknown, and `overflowed` counts them. */
  readonly sectionLimit?: number;
  /**
   * When the topic was deleted and made anew, counts of sections that the new topic has not told of are served for so long
   * (300,000 ms), counted from when the new topic was read to its end; then they are unknown.
   */
  readonly carryOverMs?: number;
};

export type SectionStatusCacheStatistics = {
  /** Whether the topic was read to the end that it had at the start. */
  readonly isReady: boolean;
  /** Lookups by `get` and `hasEnoughSeats` of sections that were known, and that were not. */
  readonly hits: number;
  readonly misses: number;
  /** Misses among all lookups, from 0 to 1; 0 before the first. */
  readonly missRate: number;
  /** Sections that are known. */
  readonly size: number;
  /** Those of them that a topic made anew has not told of yet. */
  readonly carriedOver: number;
  /** Offsets that are not read yet, markers of transactions included; undefined while the topic can't be read. */
  readonly lagRecords: number | undefined;
  /** How long ago the newest status was caused, by its timestamp and this machine's clock; undefined before the first. */
  readonly newestEventAgeMs: number | undefined;
  /** Times that the topic was read from its beginning to its end: 1, and one more for each topic made anew. */
  readonly loads: number;
  /** Statuses that could not be decoded. */
  readonly undecodable: number;
  /** Counts that were left out because of `sectionLimit`. */
  readonly overflowed: number;
  /** Why the topic can't be read at the moment (its decoder waits, for one), or was read anew; undefined once it was read to its end since. */
  readonly problem: string | undefined;
};

type Events = {
  /** A count changed, or a section is not known any more. None is told of what the first read brought: `sections` has that. */
  update: [SectionUpdate];
  /** The topic can't be read, or has to be read anew; the cache goes on by itself. Each sentence once until it is well again. */
  problem: [Error];
};

/** A section-status topic in memory: how many seats each section has left. See docs/CLIENT.md. Main thread only. */
export class SectionStatusCache extends EventEmitter<Events> {
  private hits = 0;
  private misses = 0;
  private problem: string | undefined;
  private isClosed = false;
  private readonly sync: StatusSync;
  private readonly decoder: StatusDecoder;
  private readonly loaded: Promise<void>;
  private settleLoaded: { resolve: () => void; reject: (error: Error) => void } | undefined;
  private following: Promise<void> | undefined;

  private constructor(options: SectionStatusCacheOptions, open: () => Promise<StatusSource>) {
    super();
    const {
      payload = 'count',
      decoder = bareDecoder(payload),
      sectionLimit = 1_000_000,
      carryOverMs = 300_000,
    } = options;
    this.decoder = decoder;
    this.sync = new StatusSync(
      { open, decoder, sectionLimit, carryOverMs },
      {
        onUpdate: (update) => this.tell('update', update),
        onLoaded: () => this.noteLoaded(),
        onProblem: (error) => this.noteProblem(error),
      },
    );
    this.loaded = new Promise((resolve, reject) => {
      this.settleLoaded = { resolve, reject };
    });
    // A cache that is closed before it is ready need not have been waited for.
    this.loaded.catch(() => undefined);
  }

  /**
   * Connects and begins to read; `ready` tells when it has read what there is. Before that every section is unknown.
   * @throws FatalError when no broker answers within 10 s (`exitCode` 75), or none lets this client in or knows the topic (78)
   */
  static async connect(options: SectionStatusCacheOptions): Promise<SectionStatusCache> {
    const { topic = 'section-status' } = options;
    const properties = readerProperties(options.client);
    return SectionStatusCache.follow(options, () => TopicReader.connect({ properties, topic, from: 'beginning' }));
  }

  /** A cache of what `open` gives, for tests without a broker. */
  static async follow(
    options: Omit<SectionStatusCacheOptions, 'client' | 'topic'>,
    open: () => Promise<StatusSource>,
  ): Promise<SectionStatusCache> {
    const cache = new SectionStatusCache({ client: {}, ...options }, open);
    await cache.sync.start();
    cache.following = cache.sync.run();
    return cache;
  }

  /**
   * Resolves when the cache has read every status that was committed before it connected; it waits for transactions that
   * were open then. Rejects when the cache is closed before.
   */
  ready(): Promise<void> {
    return this.loaded;
  }

  /** The section's count, or undefined when it is unknown. */
  get(eventId: Long, section: string): SectionCount | undefined {
    const count = this.sync.table.get(eventId, section);
    if (count === undefined) this.misses += 1;
    else this.hits += 1;
    return count;
  }

  /**
   * Whether a request for `seatCount` seats is worth sending: the section has as many, adjacent or not, or is unknown. What
   * is known is the past, so a true is no promise; and only the daemon decides.
   */
  hasEnoughSeats(eventId: Long, section: string, seatCount: number): boolean {
    const count = this.get(eventId, section);
    return count === undefined || count.availableCount >= seatCount;
  }

  /** The known sections of an event, in no particular order. */
  sections(eventId: Long): SectionCount[] {
    return this.sync.table.sections(eventId);
  }

  /** The events that have a known section, in no particular order. */
  events(): Long[] {
    return this.sync.table.eventIds();
  }

  statistics(): SectionStatusCacheStatistics {
    const { hits, misses, sync } = this;
    const problem = this.problem ?? this.decoder.problem;
    const { table, loads, undecodable, newestTimestampMs, lagRecords } = sync;
    const lookups = hits + misses;
    return {
      ...{ isReady: loads > 0, hits, misses, missRate: lookups === 0 ? 0 : misses / lookups },
      ...{ size: table.size, carriedOver: table.carriedOver, lagRecords, loads, undecodable, problem },
      newestEventAgeMs: newestTimestampMs === undefined ? undefined : Date.now() - newestTimestampMs,
      overflowed: table.overflowed,
    };
  }

  /** Stops reading and disconnects. What is known stays as it is. */
  async close(): Promise<void> {
    this.isClosed = true;
    this.sync.close();
    await this.following;
    this.settleLoaded?.reject(new Error('the cache was closed before it was ready'));
  }

  private noteLoaded(): void {
    this.problem = undefined;
    this.settleLoaded?.resolve();
  }

  private noteProblem(error: unknown): void {
    const sentence = messageOf(error);
    if (this.isClosed || sentence === this.problem) return;
    this.problem = sentence;
    this.tell('problem', error instanceof Error ? error : new Error(sentence));
  }

  /** A listener that throws is its application's failure, as with any emitter, and none of the reader's. */
  private tell<Name extends keyof Events>(name: Name, ...details: Events[Name]): void {
    try {
      (this as EventEmitter).emit(name, ...details);
    } catch (error) {
      process.nextTick(() => {
        throw error;
      });
    }
  }
}
