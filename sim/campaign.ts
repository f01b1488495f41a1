import { checks } from './check/problems.js';
import { type FaultKind, faultKinds } from './faults/fault.js';
import { type RunOptions, type RunReport, runSeed } from './run.js';

export type CampaignOptions = Omit<RunOptions, 'onLine'> & {
  readonly runs: number;
  /** Whether to go on after a run that failed. */
  readonly goesOn?: boolean;
};

/** Many runs, of consecutive seeds. */
export type CampaignReport = {
  readonly runs: number;
  readonly failed: readonly RunReport[];
  readonly faults: ReadonlyMap<FaultKind, number>;
  readonly answers: number;
  readonly events: number;
  readonly tookMs: number;
};

export async function runCampaign({
  seed,
  runs,
  goesOn = false,
  ...options
}: CampaignOptions): Promise<CampaignReport> {
  const startedMs = Date.now();
  const failed: RunReport[] = [];
  const faults = new Map<FaultKind, number>();
  let [done, answers, events] = [0, 0, 0];
  while (done < runs && (goesOn || failed.length === 0)) {
    const report = await runSeed({ ...options, seed: seed + done });
    done += 1;
    answers += report.answers;
    events += report.events;
    for (const [kind, count] of report.faults) faults.set(kind, (faults.get(kind) ?? 0) + count);
    if (report.problems.length > 0) failed.push(report);
  }
  return { runs: done, failed, faults, answers, events, tookMs: Date.now() - startedMs };
}

/** One line of what was done. */
export function summary({ runs, failed, faults, answers, events, tookMs }: CampaignReport, firstSeed: number): string {
  const counts = faultKinds.flatMap((kind) => (faults.has(kind) ? [`${kind} ${faults.get(kind)}`] : []));
  const all = [...faults.values()].reduce((sum, count) => sum + count, 0);
  const seeds = `seeds ${firstSeed} to ${firstSeed + runs - 1}`;
  const work = `${answers} answers checked, ${events} events, ${all} faults (${counts.join(', ')})`;
  return `${runs} runs (${seeds}), ${failed.length} failed; ${work}; ${(tookMs / 1_000).toFixed(1)} s`;
}

/** What is wrong with a run, and how to see it again. */
export function describeFailure({ seed, guarantee, problems }: RunReport): string {
  const sorted = [...problems].sort((a, b) => checks.indexOf(a.check) - checks.indexOf(b.check));
  const lines = sorted.slice(0, 5).map(({ check, what }) => `  ${check}: ${what}`);
  const rest = problems.length > 5 ? [`  and ${problems.length - 5} more`] : [];
  return [
    `seed ${seed} (${guarantee}) failed:`,
    ...lines,
    ...rest,
    `  again: npm run sim -- --seed ${seed} --guarantee ${guarantee} --trace`,
  ].join('\n');
}
