import { type Positions, samePositions } from '../../src/pipeline/positions.js';
import type { SlotSettings } from '../../src/slots/settings.js';
import { topicNames } from '../cluster/cluster.js';
import type { LoggedRecord, PartitionLog } from '../cluster/partition-log.js';
import type { Transaction } from '../cluster/transaction.js';
import type { Content } from '../host/disk.js';
import { imagePositions, isAhead } from './image.js';
import type { Problems } from './problems.js';

/** Without bytes it is a tombstone. */
type CommittedImage = { readonly key: string; readonly bytes: Buffer | undefined; readonly positions: Positions };

/** What has taken effect in one partition: the positions after each transaction, and the images, in their order. */
class PartitionHistory {
  readonly positions: Positions[] = [];
  readonly images: CommittedImage[] = [];
  committed: Positions | undefined;

  has(key: string, bytes: Buffer): boolean {
    return this.images.some((image) => image.key === key && image.bytes?.equals(bytes));
  }

  /** The images of the committed prefix that ends at these positions. */
  prefix(end: Positions): Map<string, Buffer> {
    const images = this.images.filter(
      ({ positions }) => positions.init <= end.init && positions.requests <= end.requests,
    );
    const last = new Map(images.map(({ key, bytes }) => [key, bytes]));
    return new Map([...last].flatMap(([key, bytes]) => (bytes === undefined ? [] : [[key, bytes] as const])));
  }
}

const shown = ({ init, requests }: Positions): string => `init ${init}, requests ${requests}`;

/** Watches what takes effect, step by step: offsets never go back, and a store holds a committed prefix and never more. */
export class History {
  private readonly partitions = new Map<number, PartitionHistory>();
  /** Removed sections that an image of before came behind the tombstone of: nothing fenced whoever sent it. */
  readonly broughtBack = new Set<string>();
  /** By section, the newest image before its last tombstone. */
  private readonly removed = new Map<string, Positions>();

  constructor(
    private readonly guarantee: SlotSettings['guarantee'],
    private readonly problems: Problems,
    private readonly changelog: (partition: number) => PartitionLog,
  ) {}

  of(partition: number): PartitionHistory {
    const known = this.partitions.get(partition) ?? new PartitionHistory();
    this.partitions.set(partition, known);
    return known;
  }

  /** The coordinator has decided on a transaction. */
  decided({ outcome, records, offsets }: Transaction): void {
    if (outcome === 'aborted') return;
    for (const [partition, positions] of offsets) this.of(partition).positions.push(positions);
    for (const { log, record } of records) this.appended(log, record, offsets.get(record.partition));
  }

  /** A record is in the log for good; a tombstone stands for the positions that were committed with it. */
  appended({ topic }: PartitionLog, { partition, key, value }: LoggedRecord, end?: Positions): void {
    if (topic !== topicNames.changelog) return;
    this.noteBroughtBack(partition, String(key), value);
    const positions = value === null ? end : imagePositions(value);
    if (positions !== undefined)
      this.of(partition).images.push({ key: String(key), bytes: value ?? undefined, positions });
  }

  private noteBroughtBack(partition: number, key: string, value: Buffer | null): void {
    const before = value === null ? this.of(partition).images.findLast((image) => image.key === key) : undefined;
    if (before !== undefined) this.removed.set(key, before.positions);
    const removed = this.removed.get(key);
    if (value !== null && removed !== undefined && !isAhead(imagePositions(value), removed)) this.broughtBack.add(key);
  }

  /** The group's offsets are these now. */
  committed(partition: number, positions: Positions): void {
    const history = this.of(partition);
    const { committed: before } = history;
    if (before !== undefined && isAhead(before, positions))
      this.problems.add('offsets', `partition ${partition} went back from ${shown(before)} to ${shown(positions)}`);
    history.committed = positions;
  }

  /** A store was written: with `isMarked`, it says which positions it stands for. */
  stored(process: string, partition: number, { images, mark }: Content, isMarked: boolean): void {
    const history = this.of(partition);
    const where = `${process}, partition ${partition}`;
    for (const [key, bytes] of images) {
      if (!history.has(key, bytes)) this.problems.add('store', `${where}: an image of ${key} that was never committed`);
    }
    if (isMarked && mark !== undefined) this.checkChangelogPosition(where, partition, images, mark.changelogPosition);
    // Without transactions other positions may lie between two images, and a repeated batch may have other bounds.
    if (!isMarked || mark === undefined || this.guarantee === 'at_least_once') return;
    const { positions } = mark;
    if (positions === undefined) return;
    if (!history.positions.some((one) => samePositions(one, positions)))
      this.problems.add('store', `${where}: stands for ${shown(positions)}, which was never committed`);
    const prefix = history.prefix(positions);
    const differing = [...new Set([...prefix.keys(), ...images.keys()])].filter((key) => {
      const [due, held] = [prefix.get(key), images.get(key)];
      return due === undefined || held === undefined || !due.equals(held);
    });
    if (differing.length > 0)
      this.problems.add('store', `${where}: at ${shown(positions)} it is not the committed prefix: ${differing}`);
  }

  /** Who follows the changelog from a store's position on misses nothing that the store does not hold, or no longer holds. */
  private checkChangelogPosition(where: string, partition: number, images: Content['images'], position: number): void {
    const records = this.changelog(partition).possible();
    const lastOf = (key: string, isWanted: (value: Buffer | null) => boolean): number =>
      records.findLast((record) => String(record.key) === key && isWanted(record.value))?.offset ?? -1;
    const followed = `and follows from ${position} on`;
    for (const { key, value, offset } of records) {
      // A store may be ahead of its position: what was removed later it may have lost already.
      if (value === null || offset >= position || offset < lastOf(String(key), (one) => one === null)) continue;
      const held = images.get(String(key));
      if (held === undefined || isAhead(imagePositions(value), imagePositions(held)))
        this.problems.add('store', `${where}: lacks the image of ${key} at ${offset}, ${followed}`);
    }
    for (const [key, bytes] of images) {
      const madeAt = lastOf(key, (one) => one?.equals(bytes) === true);
      const removed = records.find((one) => one.value === null && String(one.key) === key && one.offset > madeAt);
      if (madeAt >= 0 && removed !== undefined && removed.offset < position)
        this.problems.add('store', `${where}: holds ${key}, which was removed at ${removed.offset}, ${followed}`);
    }
  }
}
