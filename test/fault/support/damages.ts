import { existsSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Random } from '../../support/random.js';
import type { Init } from '../../support/wire.js';
import { sectionKey } from '../../support/wire.js';

/** Something that is done to the folder of one partition's store while its daemon is not running. */
export type Damage = {
  readonly name: string;
  /** Why the daemon sets the store aside; undefined where nothing is left to set aside. */
  readonly reason: RegExp | undefined;
  /** Whether LMDB may crash on it natively; then the next start finds out. */
  readonly mayCrash?: true;
  /** `sections` are those of the partition. */
  inflict(folder: string, sections: readonly Init[]): void;
};

const pageBytes = 4_096;
/** How an image begins: format version 1, a header of 64 bytes. */
const imageStart = Buffer.from([1, 0, 64, 0]);
const firstSeatsAt = 64;

const dataFile = (folder: string): string => join(folder, 'data.mdb');

function change(folder: string, edit: (bytes: Buffer) => void): void {
  const bytes = readFileSync(dataFile(folder));
  edit(bytes);
  writeFileSync(dataFile(folder), bytes);
}

function noise(bytes: Buffer, from: number): void {
  const random = new Random(bytes.length);
  for (let at = from; at < bytes.length; at++) bytes[at] = random.whole(0, 255);
}

/** Where each copy of a section's image begins: behind its key; LMDB leaves old pages in the file. */
function imagesOf(bytes: Buffer, section: Init): number[] {
  const sought = Buffer.concat([Buffer.from(sectionKey(section)), imageStart]);
  const found: number[] = [];
  for (let at = bytes.indexOf(sought); at >= 0; at = bytes.indexOf(sought, at + 1)) {
    found.push(at + sought.length - imageStart.length);
  }
  return found;
}

export const damages: readonly Damage[] = [
  {
    name: 'folder of a partition deleted',
    reason: undefined,
    inflict: (folder) => rmSync(folder, { recursive: true }),
  },
  {
    name: 'LMDB file truncated',
    reason: /its file has \d+ bytes/,
    inflict: (folder) => truncateSync(dataFile(folder), statSync(dataFile(folder)).size - pageBytes),
  },
  {
    name: 'LMDB file overwritten with noise',
    reason: /not one of LMDB/,
    inflict: (folder) => change(folder, (bytes) => noise(bytes, 0)),
  },
  {
    name: 'LMDB file overwritten with noise behind its first pages',
    reason: /./,
    mayCrash: true,
    inflict: (folder) => change(folder, (bytes) => noise(bytes, 2 * pageBytes)),
  },
  {
    name: 'one bit of an image flipped',
    reason: /checksum/,
    inflict: (folder, [section]) =>
      change(folder, (bytes) => {
        const images = section === undefined ? [] : imagesOf(bytes, section);
        if (images.length === 0) throw new Error(`${folder} has no image of ${section?.section}`);
        for (const image of images) bytes[image + firstSeatsAt] = (bytes[image + firstSeatsAt] as number) ^ 1;
      }),
  },
  {
    name: 'a process ended while it opened the store',
    reason: /ended while it opened it/,
    inflict: (folder) => writeFileSync(join(folder, 'opening'), '4711'),
  },
];

/** Pretends that the machine was started again since: a boot's id stands beside each store that it opened. */
export function pretendReboot(folder: string): void {
  const file = join(folder, 'opener');
  const opener = JSON.parse(readFileSync(file, 'utf8')) as { bootId: string };
  writeFileSync(file, JSON.stringify({ ...opener, bootId: 'another boot' }));
  if (existsSync(join(folder, 'clean'))) throw new Error(`${folder} was closed cleanly`);
}
