import { SectionKey } from './section-key.js';

const prefix = 'remove:';

/**
 * The removal of a section: a record of the init topic, in the section's own partition, with this key and without a value.
 * It is an input like any other, so that it has its place among them, and a store says by its offsets whether it knows
 * of it. Any other record without a value is counted and skipped.
 */
export const removalKey = (sectionKey: string): string => `${prefix}${sectionKey}`;

/** The section that a record with this key and without a value removes; undefined when it is no removal. */
export function removedSection(key: Buffer | null): SectionKey | undefined {
  if (key === null || key.toString('latin1', 0, prefix.length) !== prefix) return undefined;
  return SectionKey.parse(key.toString('utf8', prefix.length));
}
