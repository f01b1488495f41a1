/** The longest file that is read: what the parser does with equal keys, for one, grows with the square of its length. */
const MOST_CHARACTERS = 65_536;

/** The deepest nesting, each of indentation, of indicators in a line, and of brackets. */
const DEEPEST = 100;

/**
 * Why YAML is not given to the parser, as a clause, or undefined when it may be. The parser takes stack for each level, and
 * V8 ends the process when a regular expression is compiled near the stack's end: nothing could be caught.
 */
export function excessOf(text: string): string | undefined {
  if (text.length > MOST_CHARACTERS) return `is longer than ${MOST_CHARACTERS} characters`;
  return isTooDeep(text) ? `is nested more than ${DEEPEST} levels deep` : undefined;
}

/** At least as deep as the parser would find it: within quotes and comments too, brackets and indicators count. */
function isTooDeep(text: string): boolean {
  let brackets = 0;
  for (const line of text.split(/[\r\n]/)) {
    if (line.search(/[^ ]/) > DEEPEST) return true;
    let indicators = 0;
    for (const [sign] of line.matchAll(/[[\]{}]|[-?:](?=[ \t]|$)/g)) {
      if (sign === '[' || sign === '{') brackets += 1;
      else if (sign === ']' || sign === '}') brackets = Math.max(0, brackets - 1);
      else if (brackets === 0) indicators += 1;
      if (brackets > DEEPEST || indicators > DEEPEST) return true;
    }
  }
  return false;
}
