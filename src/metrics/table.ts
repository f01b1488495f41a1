import type { Definition, ValueOf } from './definition.js';
import { commitMetrics } from './table/commit.js';
import { inputMetrics } from './table/input.js';
import { outputMetrics } from './table/output.js';
import { processMetrics } from './table/process.js';
import { stateMetrics } from './table/state.js';

/** The metrics by what they are about, in the order of the line. */
export const metricGroups = {
  'What comes in': inputMetrics,
  'What goes out': outputMetrics,
  'Batches, and where their time goes': commitMetrics,
  State: stateMetrics,
  'Process and librdkafka': processMetrics,
} as const;

/** Every metric: what the line holds, what Prometheus is served, what docs/METRICS.md is made of. */
export const metricTable = {
  ...inputMetrics,
  ...outputMetrics,
  ...commitMetrics,
  ...stateMetrics,
  ...processMetrics,
} as const satisfies Record<string, Definition>;

export type MetricTable = typeof metricTable;
export type MetricName = keyof MetricTable;

type NamesOf<Kind extends Definition['kind']> = {
  [Name in MetricName]: MetricTable[Name]['kind'] extends Kind ? Name : never;
}[MetricName];

/** A line of metrics, without its event and time. */
export type MetricsLine = { readonly [Name in MetricName]: ValueOf<MetricTable[Name]> };

/** What can be read at any moment. Of a utilization it is the milliseconds it was busy since the start. */
export type Readings = Pick<MetricsLine, NamesOf<'counter' | 'gauge' | 'gaugeOfMany' | 'utilization'>>;

/** What makes sense only between two lines. */
export type SinceLast = Pick<MetricsLine, NamesOf<'rate' | 'latency' | 'utilization'>>;

export type LatencyName = NamesOf<'latency'>;
