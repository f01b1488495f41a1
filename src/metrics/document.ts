import { fileURLToPath } from 'node:url';
import { writeOrCheck } from '../reference/generated.js';
import type { Definition } from './definition.js';
import { prometheusNames } from './prometheus-names.js';
import { metricGroups } from './table.js';

const INTRODUCTION = `# Metrics

<!-- Generated from src/metrics/table.ts by \`npm run docs\`; do not edit. -->

Every \`metrics.intervalMs\` (10 s) one line on stdout has \`event: metrics\` and the fields below. They are named after Kafka's and
Kafka Streams' own. What is counted is counted when it is committed, so it is counted once, whatever was aborted in between.

- **counter**: rises from 0 as long as the process lives; a restart begins anew.
- **gauge**: how much there is at the moment. \`{ total, max }\`: in all, and where there is most.
- **rate**: how fast a counter rose since the last line, per second, whatever the interval.
- **utilization**: the share of the time since the last line in which it was busy, 0 to 1.
- **latency**: \`{ p50, p99, max }\` in milliseconds of what was measured since the last line; zeros when nothing was.

What comes from librdkafka (the queues, the requests, the round trip) is up to 5 s old.

\`by …\` means an object with one value for each. Names end in their unit: \`Ms\` is milliseconds, \`Bytes\` is bytes; what has none is a number of things.

\`metrics.prometheus: { port: 9400 }\` serves the same at \`http://127.0.0.1:9400/metrics\`, under the second name, in seconds and bytes: a
utilization as the counter of its busy seconds, a latency as a histogram since the start. It is off by default.
`;

/** The text of docs/METRICS.md. */
export function documentation(): string {
  const groups = Object.entries(metricGroups).map(([title, metrics]) => {
    const rows = Object.entries<Definition>(metrics).map(([name, definition]) => row(name, definition));
    return `\n## ${title}\n\n| field, and Prometheus' name | kind | meaning | when to look |\n|---|---|---|---|\n${rows.join('')}`;
  });
  return `${INTRODUCTION}${groups.join('')}`;
}

function row(name: string, definition: Definition): string {
  const names = [name, ...prometheusNames(name, definition)].map((one) => `\`${one}\``).join('<br>');
  const kind =
    'by' in definition && definition.by !== undefined ? `${definition.kind} by ${definition.by}` : kindOf(definition);
  return `| ${names} | ${kind} | ${definition.meaning} | ${definition.alert ?? ''} |\n`;
}

const kindOf = ({ kind }: Definition): string => (kind === 'gaugeOfMany' ? 'gauge `{ total, max }`' : kind);

if (process.argv[1] === fileURLToPath(import.meta.url))
  writeOrCheck({ 'docs/METRICS.md': documentation }, 'src/metrics/table', process.argv[2]);
