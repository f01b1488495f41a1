import { startBroker } from '../test/support/broker.js';
import { type Case, comparedSeatmapd, latencyCases, spreadShape, throughputCases } from './cases.js';
import { Backlogs } from './input/backlogs.js';
import { packedCalls } from './kafka/packed-calls.js';
import { runLatency } from './latency/latency-run.js';
import { checkedOut, machine, versions } from './machine.js';
import { chosen, type Plan } from './plan.js';
import { type Failure, type Results, resultsVersion } from './results.js';
import { type Outcome, runRounds } from './rounds.js';
import type { Setting } from './setting.js';
import { buildSides } from './sides/sides.js';
import { sweepCases } from './sweeps.js';
import { latencyColumns, Table, throughputColumns } from './table.js';
import { runThroughput } from './throughput-run.js';

const brokerHeap = '2g';
const warmUpRequests = 400_000;
const fewestWarmUpRuns = 4;
const mostWarmUpRuns = 15;
/** A broker is warm once a run is no more than this much faster than the best one before. */
const warmGain = 1.02;

/** Does what the plan says, one run after the other, on a broker of its own. */
export async function runBenchmark(plan: Plan, command: string): Promise<Results> {
  const startedAt = new Date().toISOString();
  const backlogCases = plan.throughput ? chosen(throughputCases(plan.requests), plan) : [];
  const pacedCases = plan.paces.flatMap((pace) => chosen(latencyCases(pace), plan));
  const sweptCases = plan.sweeps.map((sweep) => chosen(sweepCases(sweep, plan.requests), plan));
  const all = [...backlogCases, ...pacedCases, ...sweptCases.flat()];
  if (all.length === 0) throw new Error('--only names no case of what is to be run');
  await buildSides(all.map(({ settings }) => settings));

  const about = { commit: await checkedOut(), machine: machine(), versions: await versions() };
  const broker = await startBroker({ heap: brokerHeap });
  try {
    const setting: Setting = { native: packedCalls(), broker };
    await warmUp(setting);
    const failures: Failure[] = [];
    const keep = <Of, Figures>({ measured, failures: failed }: Outcome<Of, Figures>) => {
      failures.push(...failed);
      return measured;
    };

    const throughput = keep(await overBacklogs(setting, 'over a backlog', backlogCases, plan));
    const latency = keep(
      await runRounds(
        pacedCases,
        plan.rounds,
        (paced) => runLatency(setting, paced),
        new Table('at a steady rate', latencyColumns, plan.rounds),
      ),
    );
    const sweeps = [];
    for (const cases of sweptCases) {
      sweeps.push(...keep(await overBacklogs(setting, `sweep of ${cases[0]?.sweep}`, cases, plan)));
    }
    return {
      ...{ version: resultsVersion, command, startedAt, endedAt: new Date().toISOString(), ...about },
      throughput: throughput.map(({ of: { name, settings, input }, ...runs }) => ({ name, settings, input, ...runs })),
      latency: latency.map(({ of, ...runs }) => ({ ...of, ...runs })),
      sweeps: sweeps.map(({ of: { sweep, value, settings, input }, ...runs }) => ({
        ...{ sweep, value, settings, input },
        ...runs,
      })),
      failures,
    };
  } finally {
    await broker.stop();
  }
}

/**
 * Runs whose figures nobody looks at: a broker that has just started makes its topics for groups and transactions, and
 * its code is not compiled yet, which takes a while, longer on a slower machine. Else the first cases would pay for it.
 */
async function warmUp(setting: Setting): Promise<void> {
  const shape = spreadShape(warmUpRequests);
  const backlogs = await Backlogs.prepare(setting, [shape]);
  let best = 0;
  for (let runs = 1; runs <= mostWarmUpRuns; runs += 1) {
    const { requestsPerSecond } = await runThroughput(setting, comparedSeatmapd, backlogs.of(shape));
    if (runs >= fewestWarmUpRuns && requestsPerSecond < best * warmGain) break;
    best = Math.max(best, requestsPerSecond);
  }
  await backlogs.remove();
}

/** Runs cases over backlogs, which are made before the first run and removed after the last. */
async function overBacklogs<OneCase extends Case>(
  setting: Setting,
  title: string,
  cases: readonly OneCase[],
  { rounds }: Plan,
) {
  const backlogs = await Backlogs.prepare(
    setting,
    cases.map(({ input }) => input),
  );
  const run = ({ settings, input }: OneCase) => runThroughput(setting, settings, backlogs.of(input));
  const outcome = await runRounds(cases, rounds, run, new Table(title, throughputColumns, rounds));
  await backlogs.remove();
  return outcome;
}
