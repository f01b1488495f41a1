/** A change of the source text. `find` occurs in the file exactly once, or the variant does not fit the code any more. */
export type Edit = { readonly file: string; readonly find: string; readonly replace: string };

/** A version of the daemon that breaks the protocol, as somebody might write it. */
export type Variant = {
  readonly name: string;
  /** What goes wrong with it. */
  readonly why: string;
  /** Where the guarantee makes a difference; otherwise either is drawn. */
  readonly guarantee?: 'exactly_once' | 'at_least_once';
  readonly edits: readonly Edit[];
};
