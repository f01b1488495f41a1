/** How the report writes figures. Nothing here knows what they mean. */

/** In place of a figure that there isn't. */
export const none = '–';

export const whole = (value: number): string => Math.round(value).toLocaleString('en');

/** With so many digits as say something: 3, or all of a whole number that has more. */
export const significant = (value: number): string =>
  value >= 100 ? whole(value) : value.toLocaleString('en', { maximumSignificantDigits: 3 });

/** A figure that is 0 where there is nothing to measure. */
export const orNone = (value: number, text: (value: number) => string): string => (value === 0 ? none : text(value));

export const megabytes = (bytes: number): string => whole(bytes / 1e6);

/** Milliseconds, with a digit behind the point as long as it says something. */
export const milliseconds = (valueMs: number): string => (valueMs >= 100 ? whole(valueMs) : valueMs.toFixed(1));

/** One value by the other; undefined where one of them is missing or nothing. */
export const ratio = (value: number | undefined, by: number | undefined): number | undefined =>
  value && by ? value / by : undefined;

/** A ratio that may be missing. */
export const multiple = (value: number | undefined): string => (value === undefined ? none : significant(value));

export type Column<Of> = readonly [title: string, cell: (of: Of) => string];

/** A Markdown table. The first column is text; the others are figures, aligned to the right, or text as well. */
export function table<Of>(
  rows: readonly Of[],
  columns: readonly Column<Of>[],
  others: 'figures' | 'text' = 'figures',
): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |\n`;
  return [
    line(columns.map(([title]) => title)),
    `|${columns.map((_, index) => (index === 0 || others === 'text' ? '---' : '--:')).join('|')}|\n`,
    ...rows.map((row) => line(columns.map(([, cell]) => escaped(cell(row))))),
  ].join('');
}

const escaped = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

/** `a, b and c` */
export const listed = (texts: readonly string[]): string =>
  texts.length < 2 ? texts.join('') : `${texts.slice(0, -1).join(', ')} and ${texts.at(-1)}`;

const lineLength = 125;

/** A paragraph in lines of about the length of those in the other documents. */
export function wrapped(paragraph: string): string {
  const lines: string[] = [];
  for (const word of paragraph.split(/\s+/)) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= lineLength) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines.join('\n');
}
