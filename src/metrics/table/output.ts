import type { Definition } from '../definition.js';

/** What goes out. */
export const outputMetrics = {
  confirmedTotal: { kind: 'counter', meaning: 'Requests that got seats.' },
  seatsSoldTotal: { kind: 'counter', meaning: 'Seats given to them.' },
  rejectedTotal: {
    kind: 'counter',
    by: 'reason',
    meaning:
      'Requests that got none: `unknownSection`, `seatCount` (0 or less), `tooManySeats` (more than `limits.seatsPerRequest`), `tooFewSeats` (fewer free), `noAdjacentSeats`. Only reasons that occurred are listed.',
    alert: '`unknownSection` rises at an on-sale: sections were not set up, or records are misrouted.',
  },
  statusProducedTotal: { kind: 'counter', meaning: 'Statuses of sections.' },
  statusFrameBytesTotal: {
    kind: 'counter',
    meaning: 'Bytes of the statuses as they go to librdkafka, each with a header of 32 bytes, before compression.',
  },
  changelogFrameBytesTotal: { kind: 'counter', meaning: 'The same, of the images for the changelog.' },
  deadLettersTotal: {
    kind: 'counter',
    by: 'code',
    meaning: 'Records that could not be answered and went to the dead letters, by `error.code`.',
    alert: 'Rises: a producer is broken, or a limit too low; the table of dead letters in OPERATIONS.md says which.',
  },
} as const satisfies Record<string, Definition>;
