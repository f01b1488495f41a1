/** SGR codes of the colours and weights that the boards use. */
const codes = { bold: 1, faint: 2, inverse: 7, red: 31, green: 32, yellow: 33, cyan: 36 } as const;
export type Style = keyof typeof codes;

/** How styled text is written. */
export type Ink = (text: string, style: Style) => string;

/** With the colours and weights of a terminal. */
export const colours: Ink = (text, style) => (text === '' ? '' : `\u001b[${codes[style]}m${text}\u001b[0m`);

/** Without any. */
export const plain: Ink = (text) => text;
