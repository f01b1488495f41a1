/** The ids of the generated requests: they look like a UUID and like a user's name, and are computed from the request's index. */
export const reservationIdBytes = 36;
export const userIdBytes = 10;

const multiplier = 0x9e3779b1;
/** multiplier × inverse = 1 modulo 2^32. */
const inverse = 0x0e8b2f51;
const hexDigits = Buffer.from('0123456789abcdef');
const versionAt = 14;

/** murmur3's finalizer: every bit of the index changes half of the hash. */
function hash(index: number, round: number): number {
  let mixed = (index + Math.imul(round, 0x85ebca6b)) | 0;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}

/** Writes the reservationId of a request: its first eight digits encode the index, the others are a hash of it. */
export function writeReservationId(index: number, into: Buffer, at: number): void {
  let word = Math.imul(index, multiplier) >>> 0;
  let position = at;
  for (let digit = 0; digit < 32; digit++) {
    if (digit === 8 || digit === 12 || digit === 16 || digit === 20) into[position++] = 0x2d;
    if (digit > 0 && digit % 8 === 0) word = hash(index, digit / 8);
    into[position++] = hexDigits[(word >>> (28 - (digit % 8) * 4)) & 0xf] as number;
  }
  into[at + versionAt] = 0x34;
}

/** The index that a reservationId's first eight digits encode; NaN when they are not hexadecimal. The other digits are not looked at. */
export function indexOfReservationId(from: Buffer, at: number): number {
  let word = 0;
  for (let position = at; position < at + 8; position++) {
    const character = from[position] as number;
    const digit = character <= 0x39 ? character - 0x30 : character - 0x57;
    if (!(digit >= 0 && digit < 16)) return Number.NaN;
    word = (word << 4) | digit;
  }
  return Math.imul(word, inverse) >>> 0;
}

/** Writes the userId of a request: `user` and six digits. */
export function writeUserId(index: number, into: Buffer, at: number): void {
  into.write('user', at, 'latin1');
  let number = hash(index, 9) % 1_000_000;
  for (let position = at + userIdBytes - 1; position >= at + 4; position--) {
    into[position] = 0x30 + (number % 10);
    number = Math.floor(number / 10);
  }
}
