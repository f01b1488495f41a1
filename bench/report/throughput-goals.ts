import type { ThroughputCase } from '../results.js';
import { comparedThroughput } from './compared.js';
import { type Goal, shorter } from './goal.js';
import { multiple, ratio, whole } from './text.js';

const leastOfLimitEvery = 0.6;
const leastOfLimitLatest = 0.75;
const timesStrongest = 6;
const timesStrongestWarm = 4;
const timesReplaced = 500;
const leastOfBaseline = 40_000;

export function throughputGoals(cases: readonly ThroughputCase[]): Goal[] {
  const { limit, strongest, bitmapSlim, replaced, every, latest, oneWorkerSpread, hotSection } =
    comparedThroughput(cases);
  const exactlyOnce = (emit: string): string => `\`exactly_once\`, \`${emit}\`: at least`;
  const atLeast = (least: number) => (one: ThroughputCase, other: ThroughputCase) => ({
    reached: `${multiple(ratio(mean(one), mean(other)))} ×: ${against(one, other)}`,
    met: mean(one) >= least * mean(other),
  });
  return [
    goal(`${exactlyOnce('every')} ${leastOfLimitEvery} × the limit`, [every, limit], atLeast(leastOfLimitEvery)),
    goal(`${exactlyOnce('latest')} ${leastOfLimitLatest} × the limit`, [latest, limit], atLeast(leastOfLimitLatest)),
    goal(
      `${exactlyOnce('every')} ${timesStrongest} × the strongest Kafka Streams`,
      [every, strongest],
      atLeast(timesStrongest),
    ),
    goal(
      `${exactlyOnce('every')} ${timesStrongestWarm} × the strongest Kafka Streams' warm half`,
      [every, strongest],
      (one, other) => ({
        reached: warmReached(one, other),
        met: warm(other) > 0 && mean(one) >= timesStrongestWarm * warm(other),
      }),
    ),
    goal(
      `${exactlyOnce('every')} ${timesReplaced} × the replaced design, Kafka Streams (a)`,
      [every, replaced],
      atLeast(timesReplaced),
    ),
    goal(
      `the comparison itself: Kafka Streams (c) at ${whole(leastOfBaseline)}/s or more`,
      [bitmapSlim, bitmapSlim],
      (one) => ({ reached: `${whole(mean(one))}/s`, met: mean(one) >= leastOfBaseline }),
    ),
    goal(
      'one hot section, on one worker: no slower per request than the spread load on one worker',
      [hotSection, oneWorkerSpread],
      (one, other) => ({ reached: against(one, other), met: mean(one) >= mean(other) }),
    ),
  ];
}

const mean = ({ median }: ThroughputCase): number => median.requestsPerSecond;
const warm = ({ median }: ThroughputCase): number => median.warmRequestsPerSecond;
const against = (one: ThroughputCase, other: ThroughputCase): string =>
  `${whole(mean(one))}/s against ${whole(mean(other))}/s`;

/** The mean against the other's warm half is the harder reading of the goal; the other reading is told. */
const warmReached = (one: ThroughputCase, other: ThroughputCase): string =>
  `${multiple(ratio(mean(one), warm(other)))} ×: ${whole(mean(one))}/s against ${whole(warm(other))}/s; ` +
  `warm half against warm half ${multiple(ratio(warm(one), warm(other)))} ×`;

/** A goal that two cases decide; not measured when one of them is missing. */
function goal(
  aim: string,
  [one, other]: readonly [ThroughputCase | undefined, ThroughputCase | undefined],
  judge: (one: ThroughputCase, other: ThroughputCase) => { readonly reached: string; readonly met: boolean },
): Goal {
  if (!one || !other) return { aim, reached: '', checks: [] };
  const { reached, met } = judge(one, other);
  return { aim, reached: `${reached}${shorter(one.input.requests)}`, checks: [{ what: aim, met }] };
}
