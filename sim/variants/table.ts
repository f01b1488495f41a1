import type { Hunted } from './hunt.js';

/** A line of the table: the variant, the runs until it was caught, the check that did, and what it saw. */
export function tableLine({ variant, caught }: Hunted): string {
  const { name, guarantee = 'either' } = variant;
  if (caught === undefined) return `| ${name} | ${guarantee} | NOT CAUGHT | | ${variant.why} |`;
  return `| ${name} | ${guarantee} | ${caught.runs} | ${caught.problem.check} | ${variant.why} |`;
}

export const tableHead = '| variant | guarantee | runs until caught | check | why it is wrong |\n|---|---|---|---|---|';
