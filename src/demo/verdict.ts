import type { Ledger } from './ledger.js';

/** A line of the summary. */
export type Finding = {
  readonly name: string;
  readonly value: string;
  /** Undefined for what is told only; else whether the check passed. */
  readonly passed?: boolean;
  /** What failed, in words. */
  readonly failure?: string;
};

export type Circumstances = {
  /** From the first request produced to the last answer consumed. */
  readonly durationMs: number;
  /** The daemon's exit code after SIGTERM; null when a signal ended it. */
  readonly daemonExitCode: number | null;
};

const shownExamples = 3;
const number = (value: number): string => Math.round(value).toLocaleString('en-US');

/** The summary of a run, each promise checked against the ledger. */
export function findings(ledger: Ledger, { durationMs, daemonExitCode }: Circumstances): Finding[] {
  const sections = [...ledger.sections.values()];
  const sum = (of: (section: (typeof sections)[number]) => number): number =>
    sections.reduce((total, section) => total + of(section), 0);
  const wrongCounts = sections
    .filter(({ available, unsold }) => available !== unsold)
    .map(({ name, available, unsold }) => `${name}: ${available ?? 'no status'}, and ${unsold} are unsold`);
  const statusBytes = sum((section) => section.statusBytes);
  const fullMapBytes = sum((section) => section.fullMapBytes);
  const times = statusBytes > 0 ? `, ${number(fullMapBytes / statusBytes)} times as many` : '';

  return [
    { name: 'requests', value: number(ledger.asked) },
    { name: 'confirmed', value: number(ledger.confirmed) },
    { name: 'rejected', value: number(ledger.rejected) },
    { name: 'seats sold', value: `${number(sum((one) => one.seatsSold))} of ${number(sum((one) => one.seatCount))}` },
    none(
      'seats sold twice',
      sections.flatMap((section) => section.soldTwice),
    ),
    none('answers missing', ledger.missing),
    none('answers duplicated', ledger.duplicated),
    none('answers that fit no request', ledger.unfitting),
    {
      name: 'last status = unsold seats',
      value: `${sections.length - wrongCounts.length} of ${sections.length} sections`,
      ...outcome(wrongCounts.length === 0, `last status = unsold seats: not so in ${wrongCounts.join('; ')}`),
    },
    {
      name: 'daemon drained',
      value: `exit code ${daemonExitCode ?? 'none'}`,
      ...outcome(daemonExitCode === 0, `daemon drained: it ended with exit code ${daemonExitCode ?? 'none'}, not 0`),
    },
    {
      name: 'status values sent',
      value: `${number(statusBytes)} bytes in ${number(sum((one) => one.statusCount))} statuses`,
    },
    { name: 'the same as full maps', value: `${number(fullMapBytes)} bytes${times}` },
    { name: 'requests per second', value: number((ledger.answers * 1_000) / Math.max(1, durationMs)) },
  ];
}

/** A check that there are no such cases. */
function none(name: string, cases: readonly string[]): Finding {
  const shown = cases.slice(0, shownExamples).join(', ');
  return {
    name,
    value: number(cases.length),
    ...outcome(cases.length === 0, `${name}: ${number(cases.length)}, first ${shown}`),
  };
}

const outcome = (passed: boolean, failure: string): Pick<Finding, 'passed' | 'failure'> =>
  passed ? { passed } : { passed, failure };

/** What failed, a sentence each; empty when all checks passed. */
export const failures = (all: readonly Finding[]): string[] =>
  all.flatMap(({ passed, failure }) => (passed === false && failure !== undefined ? [failure] : []));

/** The summary as a table, one line a finding. */
export function tableLines(all: readonly Finding[]): string[] {
  const width = Math.max(...all.map(({ name }) => name.length));
  const mark = (passed: boolean | undefined): string => (passed === undefined ? ' ' : passed ? '✓' : '✗');
  return all.map(({ name, value, passed }) => `  ${mark(passed)} ${name.padEnd(width)}  ${value}`);
}
