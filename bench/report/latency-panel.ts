import type { LatencyCase } from '../results.js';
import { type Axis, logarithmicAxis } from './axis.js';
import { ordered, shortLabel } from './labels.js';
import { grid, heading, layout, type Panel, rowHeight } from './panel.js';
import { element, line, text } from './svg.js';
import { milliseconds, whole } from './text.js';

const top = 70;
const radius = 5;

type Row = { readonly title: string } | LatencyCase;

/** Three marks a program and rate, at p50, p99 and p99.9. */
export function latencyPanel(cases: readonly LatencyCase[]): Panel {
  const values = cases.flatMap(({ median: { p50Ms, p99Ms, p999Ms } }) => [p50Ms, p99Ms, p999Ms]);
  const axis = logarithmicAxis(values, layout.plot);
  const rates = [...new Set(cases.map(({ requestsPerSecond }) => requestsPerSecond))].sort((a, b) => a - b);
  const rows = rates.flatMap((rate): Row[] => [
    { title: `${whole(rate)} requests/s` },
    ...ordered(cases.filter(({ requestsPerSecond }) => requestsPerSecond === rate)),
  ]);
  const bottom = top + rows.length * rowHeight;
  return {
    body: [
      heading(
        'Latency, end to end',
        'From when a request is due until a read_committed consumer has its answer, at a steady rate. Milliseconds, logarithmic axis.',
      ),
      legend(),
      text(layout.right, top - 8, 'p50 / p99 / p99.9 ms', { class: 'small', 'text-anchor': 'end' }),
      grid(axis, top, bottom, (value) => value.toLocaleString('en')),
      ...rows.map((row, index) => drawn(row, axis, top + index * rowHeight + rowHeight / 2)),
    ].join(''),
    height: bottom + 24,
  };
}

const p50Mark = (x: number, y: number): string => element('circle', { cx: x, cy: y, r: radius, fill: 'currentColor' });
const p99Mark = (x: number, y: number): string => element('circle', { cx: x, cy: y, r: radius, class: 'ring' });
const p999Mark = (x: number, y: number): string => line(x, y - radius - 2, x, y + radius + 2, { class: 'mark' });

function legend(): string {
  const marks = [
    { mark: p50Mark, words: 'p50' },
    { mark: p99Mark, words: 'p99' },
    { mark: p999Mark, words: 'p99.9' },
  ];
  return marks
    .map(({ mark, words }, index) => {
      const x = layout.plot.from + index * 60;
      return mark(x, top - 12) + text(x + 10, top - 8, words, { class: 'small' });
    })
    .join('');
}

function drawn(row: Row, { at }: Axis, y: number): string {
  if ('title' in row) return text(layout.left, y + 4, row.title, { class: 'value' });
  const { p50Ms, p99Ms, p999Ms } = row.median;
  return [
    text(layout.names, y + 4, shortLabel(row), { 'text-anchor': 'end' }),
    element(
      'g',
      { class: row.settings.side },
      line(at(p50Ms), y, at(p999Ms), y, { class: 'reach' }),
      p999Mark(at(p999Ms), y),
      p99Mark(at(p99Ms), y),
      p50Mark(at(p50Ms), y),
    ),
    text(layout.right, y + 4, [p50Ms, p99Ms, p999Ms].map(milliseconds).join(' / '), { 'text-anchor': 'end' }),
  ].join('');
}
