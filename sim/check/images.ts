import type { PartitionLog } from '../cluster/partition-log.js';
import type { Folded } from './fold.js';
import { imagePositions, isAhead, readImage } from './image.js';
import type { Problems } from './problems.js';

/** The image of each section, but for some, that a restore would end up with: since the last tombstone the one furthest ahead. */
export function newestImages(log: PartitionLog, except: ReadonlySet<string>): Map<string, Buffer> {
  const newest = new Map<string, Buffer>();
  for (const { key, value } of log.committed()) {
    const held = newest.get(String(key));
    if (value === null) newest.delete(String(key));
    else if (held === undefined || isAhead(imagePositions(value), imagePositions(held))) newest.set(String(key), value);
  }
  for (const key of except) newest.delete(key);
  return newest;
}

/** The image of each section that compaction would leave: the last; none where that is a tombstone. */
export function lastImages(log: PartitionLog): Map<string, Buffer> {
  const last = new Map(log.committed().map(({ key, value }) => [String(key), value]));
  return new Map([...last].flatMap(([key, value]) => (value === null ? [] : [[key, value] as const])));
}

/** Images are what the answers leave of the sections. */
export function checkImages(
  where: string,
  images: ReadonlyMap<string, Buffer>,
  folded: Folded,
  problems: Problems,
): void {
  for (const [key, isFree] of folded) {
    const bytes = images.get(key);
    if (bytes === undefined) problems.add('images', `${where}: no image of ${key}`);
    else checkImage(`${where}: the image of ${key}`, bytes, isFree, problems);
  }
  for (const key of images.keys()) if (!folded.has(key)) problems.add('images', `${where}: ${key} does not exist`);
}

function checkImage(where: string, bytes: Buffer, isFree: readonly boolean[], problems: Problems): void {
  const image = readImage(bytes);
  const shown = (seats: readonly boolean[]): string => seats.map((seat) => (seat ? '-' : 'x')).join('');
  if (shown(image.isFree) !== shown(isFree))
    problems.add('images', `${where} is ${shown(image.isFree)}, and the answers leave ${shown(isFree)}`);
  if (image.available !== isFree.filter(Boolean).length)
    problems.add('images', `${where} counts ${image.available} free seats`);
}
