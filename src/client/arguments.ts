import { InvalidArgumentError } from 'commander';
import type { Long } from '../../workers/avro.js';
import { needsPerson } from '../errors.js';

const MAX_INT = 2 ** 31 - 1;

/** An event's id: a whole number of 64 bits. */
export function eventId(text: string): Long {
  if (!/^-?\d{1,19}$/.test(text)) throw new InvalidArgumentError('expected a whole number of at most 64 bits.');
  const value = BigInt(text);
  if (BigInt.asIntN(64, value) !== value) throw new InvalidArgumentError('expected a whole number of at most 64 bits.');
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

/** A parser of whole numbers from `minimum` to `maximum` (the wire's int at most). */
export const whole =
  (minimum: number, maximum: number = MAX_INT) =>
  (text: string): number => {
    const value = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
    if (value >= minimum && value <= maximum) return value;
    throw new InvalidArgumentError(`expected a whole number from ${minimum} to ${maximum}.`);
  };

/** Refuses a section name that the daemon would make a dead letter of. @throws FatalError (78) */
export function assertSectionName(name: string, limitBytes: number): void {
  const bytes = Buffer.byteLength(name);
  if (bytes === 0) throw needsPerson("A section's name can't be empty.");
  if (bytes > limitBytes)
    throw needsPerson(
      `The section's name has ${bytes} bytes, and limits.sectionNameBytes is ${limitBytes}: the daemon would make it a dead letter.`,
    );
}
