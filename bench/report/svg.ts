type Attributes = Readonly<Record<string, string | number>>;

/** An element of SVG; text among the children must have gone through `escaped`. */
export function element(name: string, attributes: Attributes, ...children: readonly string[]): string {
  const written = Object.entries(attributes).map(([key, value]) => ` ${key}="${escaped(plain(value))}"`);
  const opened = `<${name}${written.join('')}`;
  return children.length === 0 ? `${opened}/>\n` : `${opened}>${children.join('')}</${name}>\n`;
}

/** Coordinates with one digit behind the point are finer than anybody sees. */
const plain = (value: string | number): string =>
  typeof value === 'number' ? String(Math.round(value * 10) / 10) : value;

export const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

/** A line of text with its baseline at y. */
export const text = (x: number, y: number, words: string, attributes: Attributes = {}): string =>
  element('text', { x, y, ...attributes }, escaped(words));

export const line = (x1: number, y1: number, x2: number, y2: number, attributes: Attributes = {}): string =>
  element('line', { x1, y1, x2, y2, ...attributes });
