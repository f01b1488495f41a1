import { Readable, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { default as avro } from 'avsc';
import { compile } from '../../workers/avro.js';
import { countsOf, takenSeats } from './format.js';
import type { StoredSection } from './sections.js';

export type ExportFormat = 'jsonl' | 'avro';

/** What both formats have of a section: SectionState.avsc. */
const recordOf = (section: StoredSection) => ({
  ...countsOf(section),
  rows: section.map.rows,
  seatsPerRow: section.map.seatsPerRow,
  taken: takenSeats(section),
});

/**
 * Writes sections as they come: JSON lines, or an Avro object container file, deflated, whose sync marker is random. What
 * takes them sets the pace. `target` is ended.
 */
export async function exportSections(
  sections: Iterable<StoredSection>,
  format: ExportFormat,
  target: Writable,
): Promise<void> {
  if (format === 'jsonl') {
    await pipeline(Readable.from(jsonLines(sections)), target);
    return;
  }
  const encoder = new avro.streams.BlockEncoder(compile('SectionState').wide, { codec: 'deflate' });
  await pipeline(Readable.from(avroRecords(sections)), encoder, target);
}

function* jsonLines(sections: Iterable<StoredSection>): Generator<string> {
  for (const section of sections) yield `${JSON.stringify(recordOf(section))}\n`;
}

function* avroRecords(sections: Iterable<StoredSection>): Generator<object> {
  for (const section of sections) yield { ...recordOf(section), eventId: section.eventId };
}
