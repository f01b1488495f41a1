const WORD_BITS = 32;

/** Word `at` of the bitmap with the bits outside seats [from, to) cleared, as a signed 32-bit integer. */
function wordWithin(words: Uint32Array, at: number, from: number, to: number): number {
  const firstSeat = at * WORD_BITS;
  let word = words[at]! | 0;
  if (from > firstSeat) word &= -1 << (from - firstSeat);
  if (to < firstSeat + WORD_BITS) word &= ~(-1 << (to - firstSeat));
  return word;
}

/** The bits of `word` where `length` (1..31) adjacent set bits begin, within the word. Doubles the proven length each step. */
function startsWithin(word: number, length: number): number {
  let starts = word;
  for (let proven = 1; proven < length && starts !== 0; ) {
    const step = Math.min(proven, length - proven);
    starts &= starts >>> step;
    proven += step;
  }
  return starts;
}

const trailingZeros = (word: number): number => (word === 0 ? WORD_BITS : 31 - Math.clz32(word & -word));

/**
 * The lowest seat where `length` adjacent free seats begin that all lie within [from, to), or -1. Seat s is bit s % 32
 * of word s / 32; a set bit is a free seat. It reads each word at most once.
 *
 * @param from first seat, ≥ 0
 * @param to the seat after the last, ≤ 32 × words.length
 * @param length number of seats, ≥ 1
 */
export function findRun(words: Uint32Array, from: number, to: number, length: number): number {
  if (length > to - from) return -1;
  const lastWord = (to - 1) >>> 5;
  // The free seats that end the words read so far: a run that the next word may continue.
  let open = 0;
  for (let at = from >>> 5; at <= lastWord; at += 1) {
    const word = wordWithin(words, at, from, to);
    const firstSeat = at * WORD_BITS;
    const leading = trailingZeros(~word);
    // A run that reaches in from the words before begins lower than any other of this word.
    if (open + leading >= length) return firstSeat - open;
    if (leading === WORD_BITS) {
      open += WORD_BITS;
      continue;
    }
    if (length < WORD_BITS) {
      const starts = startsWithin(word, length);
      if (starts !== 0) return firstSeat + trailingZeros(starts);
    }
    open = Math.clz32(~word);
  }
  return -1;
}
