import type { Counter, Gauge, Registry } from 'prom-client';
import { internal } from '../errors.js';
import type { Definition, TotalAndMax } from './definition.js';
import type { LatencyHistogram } from './latency-histogram.js';
import type { Metrics } from './metrics.js';
import { prometheusFactor, prometheusNames } from './prometheus-names.js';
import { metricTable, type Readings } from './table.js';

/** In seconds: from a worker's milliseconds to a restart's minute. */
const buckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

const definitions: readonly (readonly [name: string, Definition])[] = Object.entries(metricTable);

/** The metrics of the table for Prometheus, as they are at the moment they are asked for. */
export class PrometheusMetrics {
  private constructor(
    private readonly registry: Registry,
    private readonly refreshers: readonly ((readings: Readings) => void)[],
    private readonly metrics: Metrics,
  ) {}

  /** prom-client is loaded here, that is, only where it is asked for. */
  static async of(metrics: Metrics): Promise<PrometheusMetrics> {
    const client = await import('prom-client');
    const registry = new client.Registry();
    const refreshers: ((readings: Readings) => void)[] = [];
    for (const [name, definition] of definitions) {
      const [first, largest] = prometheusNames(name, definition);
      if (first === undefined) continue;
      const factor = prometheusFactor(name, definition);
      const labelNames = 'by' in definition && definition.by !== undefined ? [definition.by] : [];
      const settings = { name: first, help: definition.meaning, labelNames, registers: [registry] };
      if (definition.kind === 'latency') {
        const histogram = new client.Histogram({ ...settings, buckets });
        for (const [label, latencies] of histogramsOf(metrics, name))
          latencies.forward((latencyMs) => histogram.observe(labelled(labelNames, label), latencyMs * factor));
        continue;
      }
      const isGauge = definition.kind === 'gauge' || definition.kind === 'gaugeOfMany';
      const metric = isGauge ? new client.Gauge(settings) : new client.Counter(settings);
      const most = largest === undefined ? undefined : new client.Gauge({ ...settings, name: largest });
      refreshers.push((readings) => {
        const value = readings[name as keyof Readings];
        if (most !== undefined) {
          const { total, max } = value as TotalAndMax;
          put(metric, {}, total * factor);
          put(most, {}, max * factor);
        } else if (typeof value === 'number') put(metric, {}, value * factor);
        else for (const [label, one] of Object.entries(value)) put(metric, labelled(labelNames, label), one * factor);
      });
    }
    return new PrometheusMetrics(registry, refreshers, metrics);
  }

  get contentType(): string {
    return this.registry.contentType;
  }

  /** In Prometheus' text format. */
  async text(): Promise<string> {
    const readings = this.metrics.readings();
    for (const refresh of this.refreshers) refresh(readings);
    return this.registry.metrics();
  }
}

/** A counter is set to what was counted elsewhere. */
function put(metric: Counter | Gauge, labels: Record<string, string>, value: number): void {
  if ('set' in metric) metric.set(labels, value);
  else {
    metric.remove(labels);
    metric.inc(labels, value);
  }
}

const labelled = (names: readonly string[], value: string): Record<string, string> =>
  Object.fromEntries(names.map((name) => [name, value]));

/** Where a latency of the table is recorded: one histogram, or one a phase. */
function histogramsOf({ latencies }: Metrics, name: string): [label: string, LatencyHistogram][] {
  const found = latencies[name as keyof Metrics['latencies']];
  if (found instanceof Map) return [...found];
  if (typeof found === 'function') throw internal(`${name} is no latency`);
  return [['', found]];
}
