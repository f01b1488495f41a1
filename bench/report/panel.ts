import type { Axis } from './axis.js';
import { line, text } from './svg.js';

/** A part of the chart: what is drawn, from y = 0 down, and how high that is. */
export type Panel = { readonly body: string; readonly height: number };

/** Columns of every panel, in user units: names, drawing, figures. */
export const layout = { width: 900, left: 24, names: 250, plot: { from: 264, to: 610 }, right: 876 } as const;

export const rowHeight = 26;

/** A title, and below it in small letters what is drawn and how. */
export const heading = (title: string, explanation: string): string =>
  text(layout.left, 20, title, { class: 'heading' }) + text(layout.left, 38, explanation, { class: 'small' });

/** Vertical lines at the axis's ticks, with their values below. */
export const grid = ({ at, ticks }: Axis, top: number, bottom: number, words: (value: number) => string): string =>
  ticks
    .map(
      (tick) =>
        line(at(tick), top, at(tick), bottom, { class: 'grid' }) +
        text(at(tick), bottom + 16, words(tick), { class: 'small', 'text-anchor': 'middle' }),
    )
    .join('');
