import type { Goal } from './goal.js';
import { latencyGoals } from './latency-goals.js';
import { memoryGoals } from './memory-goals.js';
import { namedParts, type Parts } from './parts.js';
import { whole } from './text.js';
import { throughputGoals } from './throughput-goals.js';

/** Everything that was to be reached, in the order in which it was asked for. */
export const goalsOf = (parts: Parts): Goal[] => [
  ...throughputGoals(parts.throughput?.cases ?? []),
  ...latencyGoals(parts.latency?.cases ?? []),
  ...memoryGoals(parts),
  verifiedGoal(parts),
];

function verifiedGoal(parts: Parts): Goal {
  const runs = namedParts(parts)
    .flatMap(({ part }) => [...part.cases])
    .reduce((sum, one) => sum + one.runs.length, 0);
  return {
    aim: "every run's answers verified: exactly one each, no seat twice",
    reached: `${whole(runs)} runs verified; ${whole(parts.failures.length)} failed and count nowhere`,
    checks: [{ what: 'no run failed', met: parts.failures.length === 0 }],
  };
}
