import type { Long } from '../../workers/avro.js';
import { normalized, type SectionCount } from './section-count.js';

/** A count, the partition that it was read from, and, of one that outlived its topic, when it is to be forgotten. */
type Entry = { readonly count: SectionCount; readonly partition: number; readonly expiresAtMs: number | undefined };

/** The counts of all sections, by event and section. It does no I/O. */
export class StatusTable {
  /** Entries that a topic made anew has not told of yet. */
  carriedOver = 0;
  /** Counts that were left out because the table was full. */
  overflowed = 0;
  private readonly events = new Map<Long, Map<string, Entry>>();
  private entries = 0;

  /** @param limit the most sections; more are left out, and so are unknown */
  constructor(private readonly limit: number) {}

  get size(): number {
    return this.entries;
  }

  get(eventId: Long, section: string): SectionCount | undefined {
    return this.events.get(normalized(eventId))?.get(section)?.count;
  }

  eventIds(): Long[] {
    return [...this.events.keys()];
  }

  sections(eventId: Long): SectionCount[] {
    return [...(this.events.get(normalized(eventId))?.values() ?? [])].map(({ count }) => count);
  }

  /**
   * Takes a count that was read from `partition`. In one partition a later record replaces an earlier one. A section is in
   * two only after partitions were added to the topic; then the later timestamp counts. `eventId` is normalized. Returns
   * whether it was taken.
   */
  put(count: SectionCount, partition: number): boolean {
    const known = this.entry(count.eventId, count.section);
    if (known === undefined && this.entries >= this.limit) {
      this.overflowed += 1;
      return false;
    }
    if (known !== undefined && isNewer(known, count.timestampMs, partition)) return false;
    this.set({ count, partition, expiresAtMs: undefined }, known);
    return true;
  }

  /** Removes a section for a record of `partition`; the same order holds as for counts. Returns whether it was there. */
  remove(eventId: Long, section: string, timestampMs: number, partition: number): boolean {
    const known = this.entry(eventId, section);
    if (known === undefined || isNewer(known, timestampMs, partition)) return false;
    this.delete(known);
    return true;
  }

  /** Takes what `former` knows beyond this table, for a time: its topic is gone, and the new one has not told of it yet. */
  carryOver(former: StatusTable, expiresAtMs: number): void {
    for (const entry of former.all()) {
      const { eventId, section } = entry.count;
      if (this.entry(eventId, section) !== undefined || this.entries >= this.limit) continue;
      // The partition of another topic says nothing here; any record of the new one replaces it.
      this.set(
        { count: entry.count, partition: anyPartition, expiresAtMs: entry.expiresAtMs ?? expiresAtMs },
        undefined,
      );
    }
  }

  /** Removes what was carried over and is past its time; returns it. */
  expire(nowMs: number): SectionCount[] {
    if (this.carriedOver === 0) return [];
    const gone = [...this.all()].filter(({ expiresAtMs }) => expiresAtMs !== undefined && expiresAtMs <= nowMs);
    for (const entry of gone) this.delete(entry);
    return gone.map(({ count }) => count);
  }

  *counts(): IterableIterator<SectionCount> {
    for (const { count } of this.all()) yield count;
  }

  private *all(): IterableIterator<Entry> {
    for (const sections of this.events.values()) yield* sections.values();
  }

  private entry(eventId: Long, section: string): Entry | undefined {
    return this.events.get(normalized(eventId))?.get(section);
  }

  private set(entry: Entry, known: Entry | undefined): void {
    const { eventId, section } = entry.count;
    const sections = this.events.get(eventId);
    if (sections === undefined) this.events.set(eventId, new Map([[section, entry]]));
    else sections.set(section, entry);
    if (known === undefined) this.entries += 1;
    this.carriedOver += Number(entry.expiresAtMs !== undefined) - Number(known?.expiresAtMs !== undefined);
  }

  private delete({ count: { eventId, section }, expiresAtMs }: Entry): void {
    const sections = this.events.get(eventId);
    sections?.delete(section);
    if (sections?.size === 0) this.events.delete(eventId);
    this.entries -= 1;
    if (expiresAtMs !== undefined) this.carriedOver -= 1;
  }
}

const anyPartition = -1;

/** Whether an entry of another partition is newer than a record. */
const isNewer = (entry: Entry, timestampMs: number, partition: number): boolean =>
  entry.partition !== partition && entry.partition !== anyPartition && entry.count.timestampMs > timestampMs;
