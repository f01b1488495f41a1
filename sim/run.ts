import type { SlotSettings } from '../src/slots/settings.js';
import { Random } from '../test/support/random.js';
import { checkOutcome } from './check/outcome.js';
import type { Problem } from './check/problems.js';
import type { FaultKind } from './faults/fault.js';
import { drawScenario } from './scenario.js';
import { onSimulatedClock, Schedule } from './schedule.js';
import { Trace } from './trace.js';
import { World } from './world.js';

export type RunOptions = {
  readonly seed: number;
  /** Drawn from the seed unless it is given. */
  readonly guarantee?: SlotSettings['guarantee'] | undefined;
  /** Without the operator, who otherwise attends every second seed. */
  readonly isUnattended?: boolean | undefined;
  readonly onLine?: ((line: string) => void) | undefined;
};

/** What a run came to. */
export type RunReport = {
  readonly seed: number;
  readonly guarantee: SlotSettings['guarantee'];
  readonly problems: readonly Problem[];
  readonly faults: ReadonlyMap<FaultKind, number>;
  readonly answers: number;
  readonly events: number;
  readonly simulatedMs: number;
  /** Of every step: the same for the same seed. */
  readonly digest: string;
};

/** One run: everything in it follows from the seed. */
export function runSeed({ seed, guarantee, isUnattended = false, onLine }: RunOptions): Promise<RunReport> {
  const random = new Random(seed);
  const schedule = new Schedule();
  return onSimulatedClock(schedule, async () => {
    const trace = new Trace(() => schedule.nowMs, onLine);
    const world = new World(drawScenario(random, guarantee), random, schedule, trace, !isUnattended && seed % 2 === 0);
    await world.run();
    const { problems, scenario, faults } = world;
    const isWhole = problems.found.length === 0;
    const { answers } = isWhole ? checkOutcome(world) : { answers: 0 };
    return {
      ...{ seed, guarantee: scenario.settings.guarantee, problems: problems.found, faults: faults.struck, answers },
      ...{ events: schedule.happened, simulatedMs: schedule.nowMs, digest: trace.digest() },
    };
  });
}
