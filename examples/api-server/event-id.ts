import type { Long } from 'seatmapd/client';

/** JSON schema of an event's id, 64 bits: a number, or digits in a string where JSON's numbers are not exact. */
export const eventIdSchema = {
  anyOf: [
    { type: 'integer', minimum: Number.MIN_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER },
    { type: 'string', pattern: '^-?[0-9]{1,19}$' },
  ],
} as const;

/** The id in the one form that the client library knows it by: a number while it is a safe integer. */
export function readEventId(given: string | number): Long {
  const value = BigInt.asIntN(64, BigInt(given));
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

/** For JSON. */
export const writeEventId = (eventId: Long): string | number =>
  typeof eventId === 'bigint' ? String(eventId) : eventId;
