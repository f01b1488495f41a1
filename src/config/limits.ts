import { z } from 'zod';
import { whole } from './fields.js';

const SEATS_PER_SECTION = 1_000_000;

/** The section `limits`. */
export const limits = z
  .strictObject({
    sectionNameBytes: whole(1, 1_900, 512).describe(
      "Longest name of a section, in bytes of UTF-8. A command with a longer one is a dead letter, and a request is rejected, as for any unknown section; LMDB's keys end at 1,978 bytes.",
    ),
    seatsPerSection: whole(1, 1_000_000_000, SEATS_PER_SECTION).describe(
      'Most seats of a section. A command for more is a dead letter.',
    ),
    seatsPerRequest: whole(1, 1_000_000, 1_000).describe(
      'Most seats of one request. A request for more is rejected, as one for more seats than are free.',
    ),
    messageBytes: whole(1_000, 1_000_000_000, 1_000_000).describe(
      'Largest record that is produced (message.max.bytes); the topics must allow it (max.message.bytes). What would need a larger answer is a dead letter.',
    ),
    sectionsPerPartition: whole(1, 10_000_000, 100_000).describe(
      'Most sections that one partition holds. A command for one more is a dead letter.',
    ),
  })
  .superRefine((value, context) => {
    // A limit that is out of its own bounds is the mistake, and not what follows from it.
    if (context.issues.length > 0) return;
    const bytes = imageSizeBytes(value.seatsPerSection, value.sectionNameBytes);
    if (bytes <= value.messageBytes) return;
    // The one of the two that was changed is the mistake.
    const blamed = value.seatsPerSection === SEATS_PER_SECTION ? 'messageBytes' : 'seatsPerSection';
    const message = `the image of a section of ${value.seatsPerSection} seats can have ${bytes} bytes, more than a record of limits.messageBytes (${value.messageBytes})`;
    context.addIssue({ code: 'custom', path: [blamed], message, input: value[blamed] });
  });

/** Upper bound of a section image's changelog record: header (64), bitmap of whole 64-bit words, key and framing. */
function imageSizeBytes(seats: number, sectionNameBytes: number): number {
  return 64 + Math.ceil(seats / 64) * 8 + sectionNameBytes + 88;
}
