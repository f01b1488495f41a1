import type { CommandShape, OptionShape } from './commands.js';

/** Text as one word of bash or zsh. */
export const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

/** The word that calls a command where its parent's is known. */
export const lastWord = ({ words }: CommandShape): string => words.at(-1) ?? '';

/** What may stand behind an option: nothing, one of some words, a key of the configuration with `=`, a file, or anything. */
export type Completion =
  | { readonly kind: 'switch' | 'file' | 'free' }
  | { readonly kind: 'words' | 'keys'; readonly words: readonly string[] };

/** @param keys dotted paths of the configuration, for `--set` */
export function completionOf({ long, value, choices }: OptionShape, keys: readonly string[]): Completion {
  if (value === undefined) return { kind: 'switch' };
  if (choices.length > 0) return { kind: 'words', words: choices };
  if (long === '--set') return { kind: 'keys', words: keys.map((key) => `${key}=`) };
  return { kind: /file|directory|path/i.test(value) ? 'file' : 'free' };
}
