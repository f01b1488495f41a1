import { partitionOf } from '../../workers/murmur2.js';
import { messageOf } from '../errors.js';
import type { StoreMark } from '../slots/tasks.js';
import type { ChangelogRecord, ChangelogRecords } from './changelog-records.js';
import { differenceOf, type ImageFacts, type LatestRecord } from './comparison.js';
import { entriesOf, isDamaged, readEntry, type StoredEntry } from './sections.js';
import type { StateFolder } from './state-folder.js';

/** Something about the state; without a key, about a whole partition. A `note` is unusual, and no damage. */
export type Finding = {
  readonly kind: 'problem' | 'note';
  readonly partition: number;
  readonly key?: string;
  readonly sentence: string;
};

/** Partitions whose images' checksums are in memory at a time. */
const partitionsAtOnce = 8;

/** The changelog, as far as stores are compared with it. */
export type ComparedChangelog = Pick<ChangelogRecords, 'topic' | 'partitionCount' | 'read'>;

const damagedImage = 'damaged';
type Images<Value> = Map<string, Value | typeof damagedImage>;
type StoreFacts = { readonly mark: StoreMark | undefined; readonly images: Images<ImageFacts> };

/** Verifies the stores by themselves or against the changelog. What is found is told as it is found. */
export class Verification {
  sections = 0;

  constructor(
    private readonly state: StateFolder,
    private readonly tell: (finding: Finding) => void,
  ) {
    for (const { partition, reason } of state.unreadable) this.problem(partition, reason);
  }

  /** Images decode, with the right checksums and counts; marks are marks; LMDB's tree is whole. */
  verifyStores(): void {
    for (const partition of this.state.partitions) this.readStore(partition);
  }

  /** Besides that, the last committed image of each section is the store's, as far as the store's mark says so. */
  async verifyAgainst(changelog: ComparedChangelog): Promise<void> {
    const { partitions } = this.state;
    for (let at = 0; at < partitions.length; at += partitionsAtOnce) {
      const stores = new Map<number, StoreFacts>();
      for (const partition of partitions.slice(at, at + partitionsAtOnce)) {
        if (partition >= changelog.partitionCount)
          this.problem(partition, `${changelog.topic} has ${changelog.partitionCount} partitions`);
        else this.readStore(partition, stores);
      }
      await this.compare(stores, changelog);
    }
  }

  private readStore(partition: number, stores?: Map<number, StoreFacts>): void {
    const images: Images<ImageFacts> = new Map();
    try {
      // Before the images: what it stands for is there from then on, whatever a daemon writes meanwhile.
      const mark = this.state.read(partition, (snapshot) => snapshot.mark);
      const before = this.sections;
      for (const entry of entriesOf(this.state, partition)) {
        this.sections += 1;
        const facts = factsOf(entry);
        if (isDamaged(entry)) this.problem(partition, entry.problem, entry.key.toString());
        // Without something to compare it with there is no need to keep it.
        if (stores !== undefined) images.set(entry.key.toString(), facts);
      }
      if (mark === undefined && this.sections > before)
        this.note(partition, 'it has images and no mark: a restore of it has not come to its end; the next one will');
      stores?.set(partition, { mark, images });
    } catch (error) {
      this.problem(partition, messageOf(error));
    }
  }

  private async compare(stores: ReadonlyMap<number, StoreFacts>, changelog: ComparedChangelog): Promise<void> {
    const latest = new Map([...stores.keys()].map((partition) => [partition, new Map() as Images<LatestRecord>]));
    const ends = await changelog.read(
      new Map([...stores.keys()].map((partition) => [partition, undefined])),
      (record) => latest.get(record.partition)?.set(record.key.toString(), latestOf(record)),
    );
    for (const [partition, { mark, images }] of stores) {
      const end = ends.get(partition) ?? 0;
      if (mark !== undefined && mark.changelogPosition > end)
        this.problem(
          partition,
          `it has followed ${changelog.topic} to offset ${mark.changelogPosition}, which ends at ${end}`,
        );
      const records = latest.get(partition) ?? new Map<string, LatestRecord>();
      for (const key of new Set([...images.keys(), ...records.keys()])) {
        this.compareImages(partition, key, mark, images.get(key), records.get(key));
        this.compareWithPartition(partition, key, changelog.partitionCount);
      }
    }
  }

  private compareImages(
    partition: number,
    key: string,
    mark: StoreMark | undefined,
    stored: ImageFacts | typeof damagedImage | undefined,
    record: LatestRecord | typeof damagedImage | undefined,
  ): void {
    if (record === damagedImage) this.problem(partition, 'its image in the changelog is damaged', key);
    // A damaged one in the store was told of when it was read.
    if (record === damagedImage || stored === damagedImage) return;
    const difference = differenceOf(mark, stored, record);
    if (difference !== undefined) this.problem(partition, difference, key);
  }

  private compareWithPartition(partition: number, key: string, partitionCount: number): void {
    const bytes = Buffer.from(key);
    const right = partitionOf(bytes, 0, bytes.length, partitionCount);
    if (right !== partition)
      this.note(partition, `its key belongs to partition ${right}: its init was written to another partition`, key);
  }

  private problem(partition: number, sentence: string, key?: string): void {
    this.tell({ kind: 'problem', partition, sentence, ...(key !== undefined && { key }) });
  }

  private note(partition: number, sentence: string, key?: string): void {
    this.tell({ kind: 'note', partition, sentence, ...(key !== undefined && { key }) });
  }
}

const factsOf = (entry: StoredEntry): ImageFacts | typeof damagedImage =>
  isDamaged(entry) ? damagedImage : { positions: entry.positions, checksum: entry.checksum };

function latestOf({ partition, offset, key, image }: ChangelogRecord): LatestRecord | typeof damagedImage {
  if (image === null) return { offset, image: undefined };
  const facts = factsOf(readEntry(partition, { key, image }));
  return facts === damagedImage ? facts : { offset, image: facts };
}
