import { none, table, whole } from './text.js';

/** One thing that a goal asks for, and whether it is so. */
export type Check = { readonly what: string; readonly met: boolean };

/** A goal of the benchmark, and what was reached. */
export type Goal = {
  readonly aim: string;
  /** What was measured, in figures; empty when it was not. */
  readonly reached: string;
  /** All must be met; empty when it was not measured. */
  readonly checks: readonly Check[];
};

/** What the goals were set for; a shorter backlog is named beside the figures. */
export const statedRequests = 1_000_000;

/** `met`, or what is not, plainly. */
export function verdict({ checks }: Goal): string {
  if (checks.length === 0) return 'not measured';
  const missed = checks.filter(({ met }) => !met);
  if (missed.length === 0) return 'met';
  return missed.length === checks.length
    ? '**not met**'
    : `**not met**: ${missed.map(({ what }) => what).join(' and ')}`;
}

/** Says so when a backlog was not the one that the goals name. */
export const shorter = (requests: number): string =>
  requests === statedRequests ? '' : ` (over ${whole(requests)} requests, not ${whole(statedRequests)})`;

export const goalTable = (goals: readonly Goal[]): string =>
  table(
    goals,
    [
      ['goal', ({ aim }) => aim],
      ['reached', ({ reached }) => reached || none],
      ['', verdict],
    ],
    'text',
  );
