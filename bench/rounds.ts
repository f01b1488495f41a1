import type { Failure, Runs } from './results.js';
import { medianFigures } from './statistics.js';

/** What became of the cases: figures of each case with at least one good run, and the runs that failed. */
export type Outcome<Case, Figures> = {
  readonly measured: readonly (Runs<Figures> & { readonly of: Case })[];
  readonly failures: readonly Failure[];
};

export type Observer<Case, Figures> = {
  /** Before the first run; not called when there is none. */
  begin(): void;
  ran(of: Case, round: number, figures: Figures): void;
  median(of: Case, figures: Figures): void;
  failed(failure: Failure): void;
};

/**
 * Runs all cases once, then all of them again, and so on, so that what drifts (heat, page cache, other load) hits all of
 * them alike. A run that fails is noted and counts nowhere; the others go on.
 */
export async function runRounds<
  Case extends { readonly name: string },
  Figures extends Readonly<Record<string, number>>,
>(
  cases: readonly Case[],
  rounds: number,
  run: (of: Case) => Promise<Figures>,
  observer: Observer<NoInfer<Case>, NoInfer<Figures>>,
): Promise<Outcome<Case, Figures>> {
  const runs = new Map<Case, Figures[]>(cases.map((of) => [of, []]));
  const failures: Failure[] = [];
  if (cases.length > 0) observer.begin();
  for (let round = 1; round <= rounds; round++) {
    for (const of of cases) {
      try {
        const figures = await run(of);
        runs.get(of)?.push(figures);
        observer.ran(of, round, figures);
      } catch (error) {
        const message = error instanceof Error ? error.message : String(error);
        const failure = { name: of.name, round, message };
        failures.push(failure);
        observer.failed(failure);
      }
    }
  }
  const measured = [...runs]
    .filter(([, figures]) => figures.length > 0)
    .map(([of, figures]) => ({ of, runs: figures, median: medianFigures(figures) }));
  for (const { of, median } of measured) observer.median(of, median);
  return { measured, failures };
}
