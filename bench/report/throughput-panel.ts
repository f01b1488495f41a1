import { comparedSeatmapd } from '../cases.js';
import type { ThroughputCase } from '../results.js';
import { type Axis, linearAxis } from './axis.js';
import { comparedThroughput } from './compared.js';
import { ordered, shapeText, shortLabel } from './labels.js';
import { grid, heading, layout, type Panel, rowHeight } from './panel.js';
import { element, line, text } from './svg.js';
import { none, ratio, significant, whole } from './text.js';
import { usualRequests } from './throughput-tables.js';

const top = 70;
const barHeight = 14;
const limitColumn = 745;
/** A bar that is narrower, in user units, can't be seen; it is told in words. */
const narrowest = 2;

/** The spread load on as many workers as by default, with slim answers: what can be compared at a glance. */
const isMain = ({ settings, input }: ThroughputCase): boolean =>
  input.sections > 1 &&
  (settings.side !== 'seatmapd' || (settings.payload === 'count' && settings.workers === comparedSeatmapd.workers));

/** Bars of the mean rate, with a mark at that of the warm half; undefined when none of the main cases was run. */
export function throughputPanel(all: readonly ThroughputCase[]): Panel | undefined {
  const cases = ordered(all.filter(isMain));
  if (cases.length === 0) return undefined;
  const { limit, strongest } = comparedThroughput(all);
  const rates = cases.flatMap(({ median }) => [median.requestsPerSecond, median.warmRequestsPerSecond]);
  const axis = linearAxis(Math.max(...rates), layout.plot);
  const bottom = top + cases.length * rowHeight;
  const rows = cases.map((one, index) => {
    const of = (other: ThroughputCase | undefined): string => {
      const value = ratio(one.median.requestsPerSecond, other?.median.requestsPerSecond);
      return value === undefined ? none : significant(value);
    };
    const y = top + index * rowHeight;
    return bar(one, axis, y) + figure(limitColumn, y, of(limit)) + figure(layout.right, y, of(strongest));
  });
  return {
    body: [
      heading('Requests per second', `${explanation(cases)} Linear axis.`),
      columnTitle(limitColumn, '× the limit'),
      columnTitle(layout.right, '× best Kafka Streams'),
      grid(axis, top, bottom, (value) => (value >= 1_000 ? `${whole(value / 1_000)}k` : whole(value))),
      ...rows,
    ].join(''),
    height: bottom + 24,
  };
}

function explanation(cases: readonly ThroughputCase[]): string {
  const usual = cases.find(({ input }) => input.requests === usualRequests(cases));
  return `${usual ? shapeText(usual.input) : ''}. Bar: mean from a cold start; mark: warm second half.`;
}

function bar({ median, settings, input }: ThroughputCase, { at }: Axis, y: number): string {
  const { requestsPerSecond: mean, warmRequestsPerSecond: warm } = median;
  const barTop = y + (rowHeight - barHeight) / 2;
  const middle = y + rowHeight / 2;
  const width = at(mean) - at(0);
  const mark = [
    line(at(mean), middle, at(warm), middle, { class: 'reach' }),
    line(at(warm), barTop - 3, at(warm), barTop + barHeight + 3, { class: 'mark' }),
  ];
  return [
    text(layout.names, middle + 4, shortLabel({ settings, input }), { 'text-anchor': 'end' }),
    element(
      'g',
      { class: settings.side },
      element('rect', { x: at(0), y: barTop, width, height: barHeight, fill: 'currentColor' }),
      ...(warm > 0 && width >= narrowest ? mark : []),
    ),
    text(at(Math.max(mean, warm)) + 8, middle + 4, whole(mean), { class: 'value' }),
    width < narrowest ? text(at(0) + 60, middle + 4, 'too little to be seen on this axis', { class: 'small' }) : '',
  ].join('');
}

const figure = (x: number, y: number, words: string): string =>
  text(x, y + rowHeight / 2 + 4, words, { 'text-anchor': 'end' });

const columnTitle = (x: number, words: string): string =>
  text(x, top - 8, words, { class: 'small', 'text-anchor': 'end' });
