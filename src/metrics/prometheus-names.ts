import type { Definition } from './definition.js';

const snake = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/**
 * What a metric of the table is called in Prometheus, by its rules: one prefix, base units, `_total` behind a counter. A
 * utilization is the counter of the busy seconds, a latency a histogram, and of a gauge of many the largest has a name
 * of its own. A rate has none: Prometheus makes its own.
 */
export function prometheusNames(name: string, { kind }: Definition): string[] {
  const base = `seatmapd_${snake(name)}`;
  switch (kind) {
    case 'rate':
      return [];
    case 'utilization':
      return [base.replace(/_utilization$/, '_busy_seconds_total')];
    case 'gaugeOfMany':
      return [base, `${base}_max`];
    case 'counter':
    case 'gauge':
    case 'latency':
      return [base.replace(/_ms$/, '_seconds')];
  }
}

/** What a value of the table is multiplied with for Prometheus. */
export const prometheusFactor = (name: string, { kind }: Definition): number =>
  kind === 'utilization' || name.endsWith('Ms') ? 1 / 1_000 : 1;
