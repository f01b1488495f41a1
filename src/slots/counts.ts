import type { BatchCounts, DeadLetterCode, RejectionReason } from './tasks.js';

const noRejections = (): Record<RejectionReason, number> => ({
  unknownSection: 0,
  seatCount: 0,
  tooManySeats: 0,
  tooFewSeats: 0,
  noAdjacentSeats: 0,
});

const noDeadLetters = (): Record<DeadLetterCode, number> => ({
  undecodable: 0,
  unknownSchema: 0,
  incompatibleSchema: 0,
  sectionNameTooLong: 0,
  sectionTooLarge: 0,
  tooManySections: 0,
  answerTooLarge: 0,
  statusTooLarge: 0,
  sectionSold: 0,
});

export const noCounts = (): BatchCounts => ({
  messages: 0,
  inits: 0,
  requests: 0,
  confirmed: 0,
  seatsSold: 0,
  rejected: noRejections(),
  statuses: 0,
  nullValues: 0,
  removals: 0,
  skipped: 0,
  misrouted: 0,
  deadLetters: noDeadLetters(),
});

function addEach<Name extends string>(into: Record<Name, number>, from: Readonly<Record<Name, number>>): void {
  for (const name of Object.keys(from) as Name[]) into[name] += from[name];
}

/** Adds `from` to `into`. */
export function addCounts(into: BatchCounts, from: Readonly<BatchCounts>): void {
  const { rejected, deadLetters, ...totals } = from;
  addEach<keyof typeof totals>(into, totals);
  addEach(into.rejected, rejected);
  addEach(into.deadLetters, deadLetters);
}

export const total = (counts: Readonly<Record<string, number>>): number =>
  Object.values(counts).reduce((sum, count) => sum + count, 0);
