import { goalTable } from './goal.js';
import { goalsOf } from './goals.js';
import { flatWithin, growthText, valueText } from './growth.js';
import { shapeText } from './labels.js';
import { latencyMedianTable, latencyRunsTable, paceText } from './latency-tables.js';
import { commandText, commitText, dateText, fileLink, machineText, originsOf, versionsText } from './origin.js';
import type { Parts } from './parts.js';
import { listed, significant, table, wrapped } from './text.js';
import { caseTables, medianTable, runsTable, usualRequests } from './throughput-tables.js';

/** The text of docs/BENCHMARK.md: every figure of the results. @param drawn whether there is a chart */
export function benchmarkDocument(parts: Parts, drawn: boolean): string {
  return [
    '# Benchmark',
    '<!-- Made by `npm run bench:report`; do not edit it here. -->',
    ...(drawn ? ['![Throughput and latency of seatmapd, of Kafka Streams and of the limit](benchmark.svg)'] : []),
    reading,
    '## Where the figures come from',
    originTable(parts),
    '## What was to be reached',
    goalsIntroduction,
    goalTable(goalsOf(parts)),
    ...throughputParagraphs(parts),
    ...latencyParagraphs(parts),
    ...sweepParagraphs(parts),
    ...failureParagraphs(parts),
  ]
    .map((paragraph) => `${paragraph.trimEnd()}\n`)
    .join('\n');
}

const reading = wrapped(`What is compared, how each figure is measured and how every run is verified is written in
[bench/README.md](../bench/README.md). Figures are medians of the runs that were verified, each figure by itself. CPU is
user and system time, of the program and of the broker; CPU and bytes are those of one request; bytes are compressed, as
they lie in the broker's log. Rates count from a cold start, the warm half is the second half of the requests, and – is
where there is nothing to measure. MB is 1,000,000 bytes. Every figure of every run is in the results files.`);

const goalsIntroduction =
  wrapped(`The goals are those that the benchmark was written for. Kafka Streams is its strongest variant,
chosen by its mean; where two readings of a goal are possible, the harder one is judged. At steady rates seatmapd runs with
\`every\`. *met* says that the figures reach the goal on this machine, in these runs, and no more than that.`);

function originTable(parts: Parts): string {
  const apart = originsOf(parts).length > 1 ? '\nOnly figures from one file are compared with each other.\n' : '';
  return `${table(
    originsOf(parts),
    [
      ['part', ({ what }) => what],
      ['file', ({ from: { file } }) => fileLink(file, '../')],
      ['made by', ({ from: { results } }) => `\`${commandText(results)}\``],
      ['on', ({ from: { results } }) => dateText(results)],
      ['at', ({ from: { results } }) => commitText(results)],
      ['machine', ({ from: { results } }) => machineText(results)],
      ['with', ({ from: { results } }) => versionsText(results)],
      ['runs of each', ({ runs }) => listed(runs.map(String))],
    ],
    'text',
  )}${apart}`;
}

function throughputParagraphs({ throughput }: Parts): string[] {
  if (!throughput) return [];
  const { medians, runs } = caseTables(throughput.cases);
  const usual = throughput.cases.find(({ input }) => input.requests === usualRequests(throughput.cases));
  return [
    '## Throughput',
    `${usual ? shapeText(usual.input) : ''}, unless a row says otherwise.`,
    medians,
    'Requests a second of every run:',
    runs,
  ];
}

function latencyParagraphs({ latency }: Parts): string[] {
  if (!latency) return [];
  return [
    '## Latency',
    wrapped(
      `From the moment the schedule has a request due until a \`read_committed\` consumer has its answer, ${paceText(latency.cases)}.`,
    ),
    latencyMedianTable(latency.cases),
    'p50 / p99 of every run, in ms:',
    latencyRunsTable(latency.cases),
  ];
}

function sweepParagraphs({ sweeps }: Parts): string[] {
  if (sweeps.size === 0) return [];
  return [
    '## How the cost grows',
    wrapped(
      'One quantity is varied; all else is as in the compared case, `exactly_once`, `every`, packed I/O, 1 worker. With few ' +
        'seats most requests are rejected and with many all are confirmed, which costs more. Init commands are part of the cost: ' +
        'many sections have as many of them. The CPU of the program for one ' +
        `request is called flat when its largest figure is at most ${significant(flatWithin)} times the smallest.`,
    ),
    ...[...sweeps].flatMap(([name, { from, cases }]) => {
      const points = [...cases].sort((one, other) => one.value - other.value);
      return [
        `### ${name}`,
        wrapped(growthText(points, from.results.machine)),
        medianTable(points, ['', valueText]),
        ...(points.some(({ runs }) => runs.length > 1)
          ? ['Requests a second of every run:', runsTable(points, ['', valueText])]
          : []),
      ];
    }),
  ];
}

function failureParagraphs({ failures }: Parts): string[] {
  if (failures.length === 0) return [];
  return [
    '## Runs that failed',
    'Their figures count nowhere.',
    table(failures, [
      ['case', ({ name }) => name],
      ['round', ({ round }) => String(round)],
      ['file', ({ file }) => file],
      ['why', ({ message }) => firstLine(message)],
    ]),
  ];
}

/** Without the folders of the machine that it ran on. */
const firstLine = (message: string): string =>
  (message.split('\n')[0] ?? '').replaceAll(/(^|[\s'"`(:=])\/\S+\/(\S+)/g, '$1…/$2').slice(0, 200);
