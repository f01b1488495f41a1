import { goalTable } from './goal.js';
import { goalsOf } from './goals.js';
import { shapeText } from './labels.js';
import { latencyTable } from './latency-tables.js';
import { originsText } from './origin.js';
import type { Parts } from './parts.js';
import { wrapped } from './text.js';
import { throughputTable, usualRequests } from './throughput-tables.js';

export const beginMarker = '<!-- bench:begin -->';
export const endMarker = '<!-- bench:end -->';

/** The README with its section made anew from the results. @throws when the markers are not there, once and in order */
export function withSection(readme: string, parts: Parts, drawn: boolean): string {
  const [before, inside, ...others] = readme.split(beginMarker);
  const [, after, ...more] = inside?.split(endMarker) ?? [];
  if (before === undefined || after === undefined || others.length > 0 || more.length > 0) {
    throw new Error(`README.md must hold ${beginMarker} and then ${endMarker}, once each: the section goes in between`);
  }
  return `${before}${beginMarker}\n${readmeSection(parts, drawn)}${endMarker}${after}`;
}

/** @param drawn whether there is a chart */
export function readmeSection(parts: Parts, drawn: boolean): string {
  const { throughput, latency } = parts;
  return [
    '<!-- Made by `npm run bench:report`; do not edit it here. -->',
    ...(drawn ? ['![Throughput and latency of seatmapd, of Kafka Streams and of the limit](docs/benchmark.svg)'] : []),
    originsText(parts),
    ...(throughput ? [throughputIntroduction(throughput.cases), throughputTable(throughput.cases)] : []),
    ...(latency
      ? [
          'From the moment a request is due until a `read_committed` consumer has its answer, at a steady rate:',
          latencyTable(latency.cases),
        ]
      : []),
    'What was to be reached, and what was:',
    goalTable(goalsOf(parts)),
    'Every figure, and how to read them: [docs/BENCHMARK.md](docs/BENCHMARK.md).',
  ]
    .map((paragraph) => `${paragraph.trimEnd()}\n`)
    .join('\n');
}

function throughputIntroduction(cases: Parameters<typeof throughputTable>[0]): string {
  const requests = usualRequests(cases);
  const usual = cases.find(({ input }) => input.requests === requests && input.sections > 1) ?? cases[0];
  return wrapped(
    `${usual ? shapeText(usual.input) : ''}, from a cold start. “× limit” and “× Kafka Streams” are multiples of ` +
      "the limit's requests a second and of the strongest Kafka Streams'; CPU, of the program and of the broker, and compressed " +
      'bytes of status and changelog are those of one request; – is where there is nothing to measure:',
  );
}
