import { execFile } from 'node:child_process';
import { join } from 'node:path';
import type { Problem } from '../check/problems.js';
import { applyVariant } from './apply.js';
import type { Variant } from './variant.js';

/** How a variant fared: after how many runs it was caught, and what was seen first; undefined when it was not. */
export type Hunted = {
  readonly variant: Variant;
  readonly caught: { readonly runs: number; readonly seed: number; readonly problem: Problem } | undefined;
};

type Outcome = { readonly runs: number; readonly failed: readonly { seed: number; problems: readonly Problem[] }[] };

/** Runs the simulator, which does not know the variant, on a copy of the code that has it. */
export async function hunt(variant: Variant, seed: number, mostRuns: number): Promise<Hunted> {
  const folder = applyVariant(variant);
  const args = [
    '--import',
    'tsx',
    join(folder, 'sim', 'main.ts'),
    '--json',
    '--unattended',
    `--seed=${seed}`,
    `--runs=${mostRuns}`,
  ];
  if (variant.guarantee !== undefined) args.push(`--guarantee=${variant.guarantee}`);
  const { runs, failed } = await simulate(folder, args);
  const [first] = failed;
  const [problem] = first?.problems ?? [];
  const caught = first === undefined || problem === undefined ? undefined : { runs, seed: first.seed, problem };
  return { variant, caught };
}

/** Two at a time. */
export async function huntAll(
  variants: readonly Variant[],
  seed: number,
  mostRuns: number,
  onHunted: (hunted: Hunted) => void,
): Promise<void> {
  const waiting = [...variants];
  const worker = async (): Promise<void> => {
    for (let variant = waiting.shift(); variant !== undefined; variant = waiting.shift())
      onHunted(await hunt(variant, seed, mostRuns));
  };
  await Promise.all([worker(), worker()]);
}

function simulate(folder: string, args: readonly string[]): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [...args], { cwd: folder, maxBuffer: 1 << 26 }, (error, stdout, stderr) => {
      try {
        resolve(JSON.parse(stdout) as Outcome);
      } catch {
        reject(new Error(`the simulator did not come to an end: ${stderr || error?.message || stdout}`));
      }
    });
  });
}
