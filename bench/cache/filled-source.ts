import type { CommittedRecord, StatusSource } from '../../src/client/status-source.js';
import { compile } from '../../workers/avro.js';
import { sectionKey } from '../../workers/section-key.js';

/** Sections of one event. */
export const sectionsPerEvent = 1_000;
/** Event and name of section `index`. */
export const sectionOf = (index: number): { readonly eventId: number; readonly section: string } => ({
  eventId: 10_000 + Math.floor(index / sectionsPerEvent),
  section: `Balcony-${index % sectionsPerEvent}`,
});

/** A status topic in memory with one record a section, made as they are taken. */
export function filledSource(sections: number): StatusSource {
  const type = compile('SectionStatusEvent').plain;
  let taken = 0;
  const record = (index: number): CommittedRecord => {
    const { eventId, section } = sectionOf(index);
    const status = { eventId, section, availableCount: 5_000 - (index % 5_000), timestamp: 1_763_800_000_000 + index };
    const key = Buffer.from(sectionKey(eventId, section));
    return { partition: 0, offset: index, timestampMs: status.timestamp, key, value: type.toBuffer(status) };
  };
  return {
    ...{ partitionCount: 1, outdated: undefined, isMissing: false },
    next: async (limit) => {
      const from = taken;
      taken = Math.min(sections, taken + limit);
      return Array.from({ length: taken - from }, (_, index) => record(from + index));
    },
    positions: () => [{ partition: 0, next: taken, high: sections }],
    close: async () => undefined,
  };
}
