import { setTimeout as sleep } from 'node:timers/promises';
import { splitSectionKey } from '../../workers/section-key.js';
import { LoadProgress } from './load-progress.js';
import { normalizedCount, type SectionUpdate } from './section-count.js';
import type { StatusDecoder } from './status-decoder.js';
import type { CommittedRecord, StatusSource } from './status-source.js';
import { StatusTable } from './status-table.js';

/** The records of one step; between steps the event loop is the application's. */
const stepRecords = 1_000;
/** How long a source is left alone that had nothing. */
const idleMs = 20;
/** Between two attempts to open a source. */
const retryMs = 1_000;

export type StatusSyncOptions = {
  /** Opens the topic as it is now. Called again when a source is outdated, or failed. */
  readonly open: () => Promise<StatusSource>;
  readonly decoder: StatusDecoder;
  readonly sectionLimit: number;
  /** How long counts of a topic that was made anew outlive it, unless the new one tells of their sections. */
  readonly carryOverMs: number;
};

export type StatusSyncEvents = {
  /** A change of the live table. */
  readonly onUpdate: (update: SectionUpdate) => void;
  /** The topic was read to its end, for the first time or again. */
  readonly onLoaded: () => void;
  /** It goes on by itself. */
  readonly onProblem: (error: unknown) => void;
};

/** A topic that is being read to its end, into a table that nobody sees before. */
type Load = { readonly table: StatusTable; readonly progress: LoadProgress };

/**
 * Keeps a table of the newest counts: reads the topic to its end into a table aside, makes that the live one, then follows.
 * When the topic was made anew, or its reader failed, it does so again and the live table is served meanwhile: a reader at the
 * beginning of a log sees old counts, which must not take the place of newer ones.
 */
export class StatusSync {
  /** Values that could not be decoded; each made its section unknown. */
  undecodable = 0;
  /** Times that the topic was read to its end. */
  loads = 0;
  /** The latest timestamp of all records, milliseconds since the epoch. */
  newestTimestampMs: number | undefined;
  private live: StatusTable;
  private load: Load | undefined;
  private source: StatusSource | undefined;
  private readonly closing = new AbortController();
  private readonly closed = new Promise<undefined>((resolve) =>
    this.closing.signal.addEventListener('abort', () => resolve(undefined), { once: true }),
  );

  constructor(
    private readonly options: StatusSyncOptions,
    private readonly events: StatusSyncEvents,
  ) {
    this.live = new StatusTable(options.sectionLimit);
  }

  get table(): StatusTable {
    return this.live;
  }

  /** Offsets between what was read and the high watermarks, markers of transactions included; undefined while there is no source. */
  get lagRecords(): number | undefined {
    return this.source?.positions().reduce((sum, { next, high }) => sum + Math.max(0, (high ?? 0) - (next ?? 0)), 0);
  }

  /** Opens the first source. @throws Error when it can't be opened */
  async start(): Promise<void> {
    this.begin(await this.options.open());
  }

  /** Follows until `close`; it does not throw. */
  async run(): Promise<void> {
    while (!this.closing.signal.aborted) {
      try {
        if (this.source === undefined) this.begin(await this.options.open());
        await this.step();
      } catch (error) {
        this.events.onProblem(error);
        await this.abandon();
        await this.pause(retryMs);
      }
    }
    await this.abandon();
  }

  /** Ends `run` after its step; no decoder is waited for. */
  close(): void {
    this.closing.abort();
  }

  private begin(source: StatusSource): void {
    this.source = source;
    const { sectionLimit } = this.options;
    this.load = {
      table: new StatusTable(sectionLimit),
      progress: new LoadProgress(Array(source.partitionCount).keys()),
    };
  }

  private async step(): Promise<void> {
    const { source } = this;
    if (source === undefined) return;
    const records = await source.next(stepRecords);
    if (source.isMissing) this.events.onProblem(new Error('the topic is not there at the moment'));
    // What comes of a topic that is known to be another must not be taken for the rest of the former one.
    if (source.outdated !== undefined) {
      this.events.onProblem(new Error(`${source.outdated}; it is read again from its beginning`));
      await this.abandon();
      return;
    }
    for (const record of records) {
      await this.apply(record);
      // Then nothing may be said of the topic by what was read of it.
      if (this.closing.signal.aborted) return;
    }
    if (this.load !== undefined) this.advance(source, this.load);
    for (const { eventId, section } of this.live.expire(Date.now()))
      this.events.onUpdate({ kind: 'removed', eventId, section });
    if (records.length === 0) await this.pause(idleMs);
  }

  private async apply({ partition, timestampMs, key, value }: CommittedRecord): Promise<void> {
    const table = this.load?.table ?? this.live;
    this.newestTimestampMs = Math.max(this.newestTimestampMs ?? timestampMs, timestampMs);
    if (value !== null) {
      try {
        const decoded = this.options.decoder.decode(value, timestampMs);
        // A decoder may wait for a registry for as long as that is away.
        const read = decoded instanceof Promise ? await Promise.race([decoded, this.closed]) : decoded;
        if (read === undefined) return;
        const count = normalizedCount(read);
        if (table.put(count, partition) && table === this.live) this.events.onUpdate({ kind: 'counted', ...count });
        return;
      } catch {
        this.undecodable += 1;
      }
    }
    // A tombstone; or a count that can't be read, and the one before it is not the newest any more.
    const gone = splitSectionKey(key.toString());
    if (gone === undefined || !table.remove(gone.eventId, gone.name, timestampMs, partition)) return;
    if (table === this.live) this.events.onUpdate({ kind: 'removed', eventId: gone.eventId, section: gone.name });
  }

  /** Makes the table aside the live one as soon as it is complete. */
  private advance(source: StatusSource, { table, progress }: Load): void {
    for (const position of source.positions()) progress.note(position);
    if (!progress.isDone) return;
    const former = this.live;
    table.carryOver(former, Date.now() + this.options.carryOverMs);
    this.live = table;
    this.load = undefined;
    this.loads += 1;
    if (this.loads > 1) this.tellChanges(former);
    this.events.onLoaded();
  }

  private tellChanges(former: StatusTable): void {
    for (const count of this.live.counts()) {
      const before = former.get(count.eventId, count.section);
      if (before?.availableCount !== count.availableCount) this.events.onUpdate({ kind: 'counted', ...count });
    }
  }

  private async abandon(): Promise<void> {
    const { source } = this;
    this.source = undefined;
    this.load = undefined;
    await source?.close();
  }

  private async pause(durationMs: number): Promise<void> {
    await sleep(durationMs, undefined, { signal: this.closing.signal }).catch(() => undefined);
  }
}
