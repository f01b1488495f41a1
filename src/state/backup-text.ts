import { grouped, plural } from './format.js';
import type { Manifest } from './manifest.js';

/** A backup in words, a line a partition and a sum. */
export function describeBackup({ partitions, createdAt, application }: Manifest): string {
  const lines = partitions.map(({ partition, sections, sizeBytes, positions, changelogPosition }) => {
    const inputs =
      positions === undefined ? 'no input positions' : `init ${positions.init}, requests ${positions.requests}`;
    return `partition ${partition}: ${plural(sections, 'section')}, ${plural(sizeBytes, 'byte')}, ${inputs}, changelog from ${changelogPosition ?? 0} on`;
  });
  const sections = partitions.reduce((sum, one) => sum + one.sections, 0);
  const sizeBytes = partitions.reduce((sum, one) => sum + one.sizeBytes, 0);
  const sum = `${plural(sections, 'section')} in ${plural(partitions.length, 'partition')} of ${application}, ${grouped(sizeBytes)} bytes, as of ${createdAt}`;
  return [...lines, sum].join('\n');
}
