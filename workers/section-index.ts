import { sameBytes } from './bytes.js';
import { murmur2 } from './murmur2.js';
import type { Section } from './section.js';
import type { SectionKey } from './section-key.js';

const FIRST_BUCKETS = 64;

/** The sections of a partition by their identity, looked up by the very bytes of a request. */
export class SectionIndex {
  /** Sections whose hashes end alike, linked; as many buckets as sections at least, a power of two. */
  private buckets: (Section | undefined)[] = emptyBuckets(FIRST_BUCKETS);
  private count = 0;

  get size(): number {
    return this.count;
  }

  /** The section whose identity, eventId and name as Avro, lies in bytes [start, end). */
  find(view: DataView, start: number, end: number): Section | undefined {
    const hash = murmur2(view, start, end);
    let section = this.buckets[hash & (this.buckets.length - 1)];
    while (section !== undefined && !isOf(section.identity, hash, view, start, end)) section = section.nextInBucket;
    return section;
  }

  get(key: SectionKey): Section | undefined {
    return this.find(key.view, key.identityStart, key.end);
  }

  /** Adds a section, in the place of the one with its identity. */
  set(section: Section): void {
    this.delete(section.identity);
    if (this.count === this.buckets.length) this.grow();
    this.link(section);
    this.count += 1;
  }

  delete(key: SectionKey): boolean {
    const section = this.get(key);
    if (section === undefined) return false;
    const at = key.identityHash & (this.buckets.length - 1);
    let before = this.buckets[at];
    if (before === section) this.buckets[at] = section.nextInBucket;
    else {
      while (before?.nextInBucket !== section) before = before?.nextInBucket;
      before.nextInBucket = section.nextInBucket;
    }
    section.nextInBucket = undefined;
    this.count -= 1;
    return true;
  }

  clear(): void {
    this.buckets = emptyBuckets(FIRST_BUCKETS);
    this.count = 0;
  }

  *values(): Generator<Section> {
    for (const first of this.buckets) {
      for (let section = first; section !== undefined; section = section.nextInBucket) yield section;
    }
  }

  private grow(): void {
    const sections = [...this.values()];
    this.buckets = emptyBuckets(2 * this.buckets.length);
    for (const section of sections) this.link(section);
  }

  private link(section: Section): void {
    const at = section.identity.identityHash & (this.buckets.length - 1);
    section.nextInBucket = this.buckets[at];
    this.buckets[at] = section;
  }
}

const emptyBuckets = (count: number): (Section | undefined)[] => new Array<Section | undefined>(count).fill(undefined);

const isOf = (key: SectionKey, hash: number, view: DataView, start: number, end: number): boolean =>
  key.identityHash === hash &&
  key.end - key.identityStart === end - start &&
  sameBytes(view, start, end, key.view, key.identityStart);
