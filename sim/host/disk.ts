import { assert } from '../../src/errors.js';
import { type FrameBatch, framesOf } from '../../src/frames.js';
import type { StoreMark } from '../../src/slots/tasks.js';
import type { Random } from '../../test/support/random.js';
import type { ImageVisitor, OpenedStore, PartitionStore, Stores } from '../../workers/store.js';
import type { DiskFault } from '../faults/fault.js';
import type { Faults } from '../faults/faults.js';
import type { SimulatedProcess } from './process.js';

/** What an environment holds; each write leaves the one before it as it was. */
export type Content = { readonly images: ReadonlyMap<string, Buffer>; readonly mark: StoreMark | undefined };

const empty: Content = { images: new Map(), mark: undefined };

/** One partition's environment. It outlives the process that writes it. */
export class Environment {
  content: Content = empty;
  openedBy: SimulatedProcess | undefined;
  /** The mark that stands around the first open and full read. */
  isOpening = false;
  isDamaged = false;
  /** Contents that a copy of the disk could have been taken of: after each write with a mark. */
  readonly earlier: Content[] = [];
}

/** The disk of a host: an environment a partition. */
export class Disk {
  private readonly environments = new Map<number, Environment>();

  of(partition: number): Environment {
    const known = this.environments.get(partition) ?? new Environment();
    this.environments.set(partition, known);
    return known;
  }

  get all(): ReadonlyMap<number, Environment> {
    return this.environments;
  }

  /** What befalls some of its environments, while no process has them open. */
  suffer(fault: DiskFault, random: Random): void {
    for (const environment of this.environments.values()) {
      if (random.next() < 0.3) continue;
      if (fault === 'rolledBack') environment.content = random.pick([empty, ...environment.earlier]);
      else if (fault === 'lost') environment.content = empty;
      else environment.isDamaged = true;
    }
  }
}

/** Called when an environment was written, with a mark or without. */
export type OnWritten = (partition: number, content: Content, isMarked: boolean) => void;

/** The stores of one process on a disk, by the rules of workers/lmdb-stores.ts: what can't be trusted is set aside. */
export class DiskStores implements Stores {
  constructor(
    private readonly disk: Disk,
    private readonly process: SimulatedProcess,
    private readonly faults: Faults,
    private readonly onWritten: OnWritten,
  ) {}

  /** Partitions whose stores this process has open. */
  get opened(): number[] {
    return [...this.disk.all].filter(([, { openedBy }]) => openedBy === this.process).map(([partition]) => partition);
  }

  async open(partition: number, visit: ImageVisitor): Promise<OpenedStore> {
    const environment = this.disk.of(partition);
    const { isOpening, isDamaged } = environment;
    const distrust = isOpening ? 'a process ended while it opened it' : isDamaged ? 'its file is damaged' : undefined;
    if (distrust !== undefined) environment.content = empty;
    environment.isDamaged = false;
    environment.isOpening = true;
    this.faults.strike(this.faults.occurrence(this.process, 'opening'), 'before');
    const store = new DiskStore(partition, environment, this.process, this.faults, this.onWritten);
    store.visitImages(visit);
    environment.isOpening = false;
    return { store, discarded: distrust === undefined ? undefined : { reason: distrust, setAside: undefined } };
  }
}

class DiskStore implements PartitionStore {
  constructor(
    private readonly partition: number,
    private readonly environment: Environment,
    private readonly process: SimulatedProcess,
    private readonly faults: Faults,
    private readonly onWritten: OnWritten,
  ) {
    const { openedBy } = environment;
    assert(openedBy === undefined || openedBy.isGone, 'a store is opened once');
    environment.openedBy = process;
  }

  get mark(): StoreMark | undefined {
    return this.environment.content.mark;
  }

  visitImages(visit: ImageVisitor): void {
    for (const [key, image] of this.environment.content.images) visit(key, Buffer.from(image));
  }

  write(images: FrameBatch | undefined, mark: StoreMark | undefined): void {
    const { environment, faults, process } = this;
    assert(environment.openedBy === process, 'a store that was closed is not written');
    const occurrence = faults.occurrence(process, 'write');
    faults.strike(occurrence, 'before');
    const times = faults.isRepeated(occurrence) ? 2 : 1;
    for (let time = 0; time < times; time += 1) environment.content = written(environment.content, images, mark);
    if (mark !== undefined) environment.earlier.push(environment.content);
    this.onWritten(this.partition, environment.content, mark !== undefined);
    faults.strike(occurrence, 'after');
  }

  writeNewer(): never {
    throw new Error('no simulated host stands by');
  }

  async close(): Promise<void> {
    this.environment.openedBy = undefined;
  }
}

function written(before: Content, images: FrameBatch | undefined, mark: StoreMark | undefined): Content {
  const after = new Map(before.images);
  const frame = images === undefined ? undefined : framesOf(images);
  while (frame?.advance()) {
    const key = String(frame.key());
    const image = frame.value();
    if (image === null) after.delete(key);
    else after.set(key, Buffer.from(image));
  }
  return { images: after, mark: mark ?? before.mark };
}
