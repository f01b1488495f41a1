import { InvalidArgumentError } from 'commander';

/** The value of an option that is a whole number. */
export function whole(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError('expected a whole number from 1');
  return value;
}
