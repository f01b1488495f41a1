import type { ThroughputCase } from '../results.js';
import { comparedThroughput } from './compared.js';
import { type Goal, shorter } from './goal.js';
import { label } from './labels.js';
import type { Parts } from './parts.js';
import { megabytes, whole } from './text.js';

const mostDrainingBytes = 500e6;
const manySections = 100_000;
const mostWithManySectionsBytes = 1e9;

export const memoryGoals = (parts: Parts): Goal[] => [drainingGoal(parts), manySectionsGoal(parts)];

function drainingGoal({ throughput }: Parts): Goal {
  const aim = `peak RSS under ${megabytes(mostDrainingBytes)} MB while a million requests are drained`;
  const cases = throughput?.cases ?? [];
  const { every } = comparedThroughput(cases);
  if (!every) return { aim, reached: '', checks: [] };
  const most = largest(
    cases.filter(({ settings, input }) => settings.side === 'seatmapd' && input.requests === every.input.requests),
  );
  const other =
    most && most !== every
      ? `; the most of all its cases: ${megabytes(most.median.peakRssBytes)} MB (${label(most)})`
      : '';
  return {
    aim,
    reached: `${megabytes(every.median.peakRssBytes)} MB${other}${shorter(every.input.requests)}`,
    checks: [{ what: aim, met: every.median.peakRssBytes < mostDrainingBytes }],
  };
}

const largest = (cases: readonly ThroughputCase[]): ThroughputCase | undefined =>
  [...cases].sort((one, other) => other.median.peakRssBytes - one.median.peakRssBytes)[0];

function manySectionsGoal({ sweeps }: Parts): Goal {
  const aim = `${whole(manySections)} sections of 5,000 seats under ${megabytes(mostWithManySectionsBytes)} MB`;
  const point = sweeps.get('sections')?.cases.find(({ value }) => value === manySections);
  if (!point) return { aim, reached: '', checks: [] };
  const { peakRssBytes, requestsPerSecond } = point.median;
  return {
    aim,
    reached: `${megabytes(peakRssBytes)} MB, at ${whole(requestsPerSecond)} requests/s${shorter(point.input.requests)}`,
    checks: [{ what: aim, met: peakRssBytes < mostWithManySectionsBytes }],
  };
}
