import fc from 'fast-check';

/** Events' ids of all 64 bits: numbers while they are safe integers, else bigints. */
export const eventId = fc.oneof(
  fc.maxSafeInteger(),
  fc.bigInt({ min: 2n ** 53n, max: 2n ** 63n - 1n }),
  fc.bigInt({ min: -(2n ** 63n), max: -(2n ** 53n) }),
  fc.constantFrom<number | bigint>(0, -1, 63, 64, -64, -65, 2 ** 27, 2 ** 27 - 1, 2 ** 52, -(2 ** 52) - 1),
);

/** Dashes and digits, no letter at all, text of every alphabet, lengths of one and of two bytes. */
export const sectionName = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 100 }),
  fc.constantFrom('', 'A', 'A-1', '-', '1-2', '-3-A', 'two\nlines', 'Balcony-East-', 'Été 座席 🎟️', '__proto__'),
);
