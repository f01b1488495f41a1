import type { Daemon } from '../../support/daemon.js';
import { isFull } from './form.js';

/** What the answers of one run showed. */
export type Findings = {
  readonly answers: number;
  readonly soldTwice: number;
  readonly lost: number;
  /** A second committed answer to a request, where the guarantee allows none. */
  readonly duplicated: number;
  /** A second answer like the first, where the guarantee allows it. */
  readonly repeated: number;
  /** A second answer unlike the first. */
  readonly contradicting: number;
};

const totals = { faults: 0, answers: 0, soldTwice: 0, lost: 0, duplicated: 0, repeated: 0, contradicting: 0 };
const rows: string[] = [];

/** A fault was injected. */
export function injected(count = 1): void {
  totals.faults += count;
}

export function checked(findings: Findings): void {
  for (const name of Object.keys(findings) as (keyof Findings)[]) totals[name] += findings[name];
}

/**
 * What an operator sees of a fault: a row of the table in docs/OPERATIONS.md. `back` is the instance that went on after
 * it, whose way to `ready` is told.
 */
export function observed(fault: string, seen: string, back?: Daemon): void {
  const ready = back?.events('ready')[0];
  const times =
    back === undefined || ready === undefined
      ? '–'
      : `${((Number(ready.time) - back.startedMs) / 1_000).toFixed(1)} s, of it ${ready.restoreMs} ms restore`;
  rows.push(`| ${fault} | ${seen} | ${times} |`);
}

/** The line with which a daemon ended, for `observed`; paths, which differ from run to run, are left out. */
export function lastWords(daemon: Daemon): string {
  const { event, exitCode, msg } = daemon.events('fatal')[0] ?? daemon.lines.at(-1) ?? {};
  const sentence = msg === undefined ? '' : `: ${msg.split('\n')[0]?.replaceAll(/\/\S*\//g, '…/')}`;
  return exitCode === undefined ? `\`${event}\`${sentence}` : `\`${event}\`, exit ${exitCode}${sentence}`;
}

function printSummary(): void {
  if (totals.answers === 0) return;
  const { faults, answers, soldTwice, lost, duplicated, repeated, contradicting } = totals;
  const number = (value: number) => value.toLocaleString('en-US');
  const lines = [
    `fault suite: ${number(faults)} faults injected, ${number(answers)} answers checked: ` +
      `seats sold twice ${soldTwice}, answers lost ${lost}, duplicated ${duplicated} (exactly_once); ` +
      `at_least_once: repeated ${number(repeated)}, contradicting ${contradicting}`,
  ];
  if (isFull) lines.push('| when | what is seen | from the start to `ready` |', '|---|---|---|', ...rows);
  process.stdout.write(`\n${lines.join('\n')}\n`);
}

/** The last thing before mocha's own; of each worker process, when it ends, where there are several. */
if (process.env.MOCHA_WORKER_ID === undefined) after(printSummary);
else process.prependOnceListener('exit', printSummary);
