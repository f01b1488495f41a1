import type { LatencyCase, LatencyFigures } from '../results.js';
import { comparedLatency, latencyBaselines } from './compared.js';
import type { Goal } from './goal.js';
import { milliseconds, significant, whole } from './text.js';

const statedRates = [5_000, 20_000];
const guarantees = ['exactly_once', 'at_least_once'] as const;
const mostOfBaselineP99 = 0.5;

export const latencyGoals = (cases: readonly LatencyCase[]): Goal[] =>
  statedRates.flatMap((rate) => guarantees.map((guarantee) => latencyGoal(cases, rate, guarantee)));

function latencyGoal(cases: readonly LatencyCase[], rate: number, guarantee: 'exactly_once' | 'at_least_once'): Goal {
  const aim = `at ${whole(rate)}/s, \`${guarantee}\`: p50 below Kafka Streams', p99 at most half of it`;
  const ours = comparedLatency(cases, rate, guarantee)?.median;
  const theirs = best(latencyBaselines(cases, rate));
  if (!ours || !theirs) return { aim, reached: '', checks: [] };
  const { p50Ms, p99Ms } = theirs;
  return {
    aim,
    reached:
      `p50 ${milliseconds(ours.p50Ms)} ms against ${milliseconds(p50Ms)} ms; ` +
      `p99 ${milliseconds(ours.p99Ms)} ms, ${significant(ours.p99Ms / p99Ms)} of ${milliseconds(p99Ms)} ms`,
    checks: [
      { what: 'p50', met: ours.p50Ms < p50Ms },
      { what: 'p99', met: ours.p99Ms <= mostOfBaselineP99 * p99Ms },
    ],
  };
}

/** The lowest of each percentile, should there be several baselines. */
function best(baselines: readonly LatencyCase[]): Pick<LatencyFigures, 'p50Ms' | 'p99Ms'> | undefined {
  if (baselines.length === 0) return undefined;
  return {
    p50Ms: Math.min(...baselines.map(({ median }) => median.p50Ms)),
    p99Ms: Math.min(...baselines.map(({ median }) => median.p99Ms)),
  };
}
