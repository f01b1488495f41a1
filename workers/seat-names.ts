/** The name of a seat: `<section>-<n>`, n counts from 1; `seat` is 0-based. */
export const seatName = (section: string, seat: number): string => `${section}-${seat + 1}`;

/** The names of `length` adjacent seats from `first` (0-based) on. */
export function seatNames(section: string, first: number, length: number): string[] {
  const names = new Array<string>(length);
  for (let at = 0; at < length; at += 1) names[at] = seatName(section, first + at);
  return names;
}

/** A number from 1 on, in plain decimal. */
const PLAIN_NUMBER = /^[1-9][0-9]{0,9}$/;

/**
 * The seat that `name` means (0-based), or -1: `<section>-<n>` with 1 ≤ n ≤ seatCount in plain decimal, without sign
 * and leading zeros. The section's own name may contain dashes.
 */
export function seatOf(name: string, section: string, seatCount: number): number {
  if (!name.startsWith(section) || name[section.length] !== '-') return -1;
  const digits = name.slice(section.length + 1);
  if (!PLAIN_NUMBER.test(digits)) return -1;
  const number = Number(digits);
  return number <= seatCount ? number - 1 : -1;
}

/** The seats (0-based, as often as named) of an init's `initialReserved`; names of no seat of the section are ignored. */
export function reservedSeats(names: Iterable<string>, section: string, seatCount: number): number[] {
  const seats: number[] = [];
  for (const name of names) {
    const seat = seatOf(name, section, seatCount);
    if (seat >= 0) seats.push(seat);
  }
  return seats;
}
