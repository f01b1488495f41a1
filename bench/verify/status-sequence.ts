import type { FrameCursor } from '../../src/frames.js';
import { partitionOf } from '../../test/support/murmur2.js';
import type { Load, Section } from '../input/load.js';
import type { Model } from '../model.js';
import type { Problems } from './problems.js';

/**
 * Where a section stands in the model's sequence of its statuses: number 0 is that of its init, number n that of its
 * n-th request. With `every` each must come once and in order, with `latest` some of them in order and the last one.
 */
export class StatusSequence {
  /** By section: the number of the next status that may come. */
  private readonly next: Uint32Array;
  private readonly byKey: Map<string, number>;

  constructor(
    private readonly load: Load,
    private readonly model: Model,
    private readonly emit: 'every' | 'latest',
    private readonly problems: Problems,
  ) {
    this.next = new Uint32Array(load.shape.sections);
    this.byKey = new Map(load.sections.map(({ key }, index) => [key.toString('latin1'), index]));
  }

  /** The index of the section that a status is of, by the record's key; undefined is noted as a problem. */
  sectionOf(status: FrameCursor, partitions: number): number | undefined {
    const where = (): string => `${status.partition}@${status.offset}`;
    const { valueEnd, keyEnd } = status;
    const section = status.hasValue ? this.byKey.get(status.buffer.toString('latin1', valueEnd, keyEnd)) : undefined;
    if (section === undefined) this.problems.add('statuses of no section', where);
    else if (status.partition !== partitionOf((this.load.sections[section] as Section).key, partitions)) {
      this.problems.add('statuses in the wrong partition', where);
    }
    return section;
  }

  /** Takes the next status of a section; `passed` is called with each request that it stands for, in order. */
  take(section: number, available: number, timestampMs: number, passed: (request: number) => void = ignore): void {
    const count = this.count(section);
    for (let number = this.next[section] as number; number < count; number++) {
      if (number > 0) passed(this.request(section, number));
      const isThis = this.available(section, number) === available && this.timestampMs(section, number) === timestampMs;
      if (isThis || this.emit === 'every') {
        if (!isThis) this.addWrong('wrong statuses', section, number, available);
        this.next[section] = number + 1;
        return;
      }
    }
    this.addWrong('statuses too many or out of order', section, count, available);
  }

  /** Every section's last status must have come. */
  finish(): void {
    for (let section = 0; section < this.next.length; section++) {
      const next = this.emit === 'latest' ? this.afterEquals(section) : (this.next[section] as number);
      if (next < this.count(section)) this.addWrong('sections without their last status', section, next, -1);
    }
  }

  /** Rejections within a millisecond have equal statuses: `latest` may have sent the last of them for all. */
  private afterEquals(section: number): number {
    let next = this.next[section] as number;
    const isRepeated = (number: number): boolean =>
      number > 0 &&
      this.available(section, number) === this.available(section, number - 1) &&
      this.timestampMs(section, number) === this.timestampMs(section, number - 1);
    while (next < this.count(section) && isRepeated(next)) next++;
    return next;
  }

  private count(section: number): number {
    return 1 + (this.model.starts[section + 1] as number) - (this.model.starts[section] as number);
  }

  private request(section: number, number: number): number {
    return this.model.inOrder[(this.model.starts[section] as number) + number - 1] as number;
  }

  private available(section: number, number: number): number {
    if (number === 0) return this.model.initialAvailable[section] as number;
    return this.model.availableAfter[this.request(section, number)] as number;
  }

  private timestampMs(section: number, number: number): number {
    if (number === 0) return this.load.initTimestampMs(section);
    return this.load.timestampMs(this.request(section, number));
  }

  private addWrong(kind: string, section: number, number: number, available: number): void {
    this.problems.add(kind, () => `${this.load.sections[section]?.name} number ${number}, ${available} available`);
  }
}

const ignore = (): void => undefined;
