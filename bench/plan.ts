import type { Pace } from './cases.js';
import type { SweepName } from './results.js';

/** What the command line asks for. */
export type Plan = {
  readonly throughput: boolean;
  /** Rates of the latency runs; empty for none. */
  readonly paces: readonly Pace[];
  readonly sweeps: readonly SweepName[];
  /** Requests of a backlog. */
  readonly requests: number;
  readonly rounds: number;
  /** Names of cases; undefined for all. */
  readonly only: ReadonlySet<string> | undefined;
};

/** The cases that were asked for. */
export function chosen<Case extends { readonly name: string }>(cases: readonly Case[], plan: Plan): Case[] {
  const { only } = plan;
  return only === undefined ? [...cases] : cases.filter(({ name }) => only.has(name));
}
