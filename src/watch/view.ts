import { type Selection, type SortKey, sortKeys } from './selection.js';

/** What a person who looks at the board has chosen. */
export type View = Selection & {
  /** Sections above the first visible one. */
  readonly offset: number;
  /** Whether keys go into the filter. */
  readonly isTyping: boolean;
};

/** A key as node:readline names it. */
export type Key = { readonly name: string | undefined; readonly text: string | undefined; readonly ctrl: boolean };

const longestFilter = 64;
const printable = /^[^\p{C}]$/u;

export const initialView = (sort: SortKey, filter: string, isReversed: boolean): View => ({
  ...{ sort, filter, isReversed },
  offset: 0,
  isTyping: false,
});

/** The offset that keeps the window of `height` lines within `count` sections. */
export const clampedOffset = (offset: number, count: number, height: number): number =>
  Math.max(0, Math.min(offset, count - height));

/** What a key makes of a view. `count` sections pass the filter, `height` of them are visible. */
export function afterKey(view: View, key: Key, count: number, height: number): View | 'quit' {
  if (key.ctrl) return key.name === 'c' || key.name === 'd' ? 'quit' : view;
  const moved = afterMove(view, key.name, count, height);
  if (moved !== undefined) return moved;
  return view.isTyping ? afterTyping(view, key) : afterCommand(view, key);
}

function afterMove(view: View, name: string | undefined, count: number, height: number): View | undefined {
  const steps: Readonly<Record<string, number>> = {
    ...{ up: -1, down: 1, pageup: -height, pagedown: height, home: -count, end: count },
    ...(view.isTyping ? {} : { k: -1, j: 1, space: height }),
  };
  const step = name === undefined ? undefined : steps[name];
  return step === undefined ? undefined : { ...view, offset: clampedOffset(view.offset + step, count, height) };
}

function afterTyping(view: View, { name, text }: Key): View {
  if (name === 'return' || name === 'enter') return { ...view, isTyping: false };
  if (name === 'escape') return { ...view, isTyping: false, filter: '', offset: 0 };
  if (name === 'backspace') return { ...view, filter: [...view.filter].slice(0, -1).join(''), offset: 0 };
  const isText = text !== undefined && printable.test(text) && view.filter.length < longestFilter;
  return isText ? { ...view, filter: view.filter + text, offset: 0 } : view;
}

function afterCommand(view: View, { name, text }: Key): View | 'quit' {
  if (name === 'q') return 'quit';
  if (name === 's') return { ...view, sort: following(view.sort), offset: 0 };
  if (name === 'r') return { ...view, isReversed: !view.isReversed, offset: 0 };
  if (text === '/') return { ...view, isTyping: true };
  if (name === 'escape') return { ...view, filter: '', offset: 0 };
  return view;
}

const following = (sort: SortKey): SortKey => sortKeys[(sortKeys.indexOf(sort) + 1) % sortKeys.length]!;
