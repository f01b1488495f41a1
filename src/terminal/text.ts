import stringWidth from 'string-width';

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });
const numbers = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });
/** What is one cell wide each, as nearly every name is. */
const ascii = /^[\x20-\x7e]*$/;
/** A name from a topic must not steer the terminal: C0, C1, and what turns the direction of writing. */
const controls = /[\p{Cc}\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/** A number with its thousands parted by commas. */
export const number = (value: number): string => numbers.format(value);

/** Columns that a text without escape sequences takes on a terminal. */
export const columnsOf = (text: string): number => (ascii.test(text) ? text.length : stringWidth(text));

/** Text of anyone's making, fit to be written to a terminal: control characters are replaced. */
export const harmless = (text: string): string => (ascii.test(text) ? text : text.replace(controls, '\ufffd'));

/** `text` cut, with an ellipsis, or padded to exactly so many columns. */
export function fitted(text: string, columns: number): string {
  const width = columnsOf(text);
  if (width <= columns) return text + ' '.repeat(columns - width);
  if (columns <= 0) return '';
  let kept = '';
  let keptColumns = 0;
  for (const { segment } of graphemes.segment(text)) {
    const wider = keptColumns + columnsOf(segment);
    if (wider > columns - 1) break;
    kept += segment;
    keptColumns = wider;
  }
  return `${kept}…${' '.repeat(columns - 1 - keptColumns)}`;
}
