import { ExitCode, FatalError } from '../errors.js';

/** What a check found, of one thing that a start needs. */
export interface Finding {
  /** The thing: `topic section-init`. */
  readonly subject: string;
  /** untried: it can't be looked at without touching what runs. */
  readonly verdict: 'ok' | 'warning' | 'untried' | 'mistake';
  readonly sentence: string;
  /** What `run` would end with; 0 but for mistakes. */
  readonly exitCode: ExitCode;
}

const finding =
  (verdict: Finding['verdict'], exitCode: ExitCode) =>
  (subject: string, sentence: string): Finding => ({ subject, verdict, sentence, exitCode });

export const ok = finding('ok', ExitCode.drained);
export const warning = finding('warning', ExitCode.drained);
export const untried = finding('untried', ExitCode.drained);
/** What a person has to mend before a start makes sense. */
export const mistake = finding('mistake', ExitCode.configuration);
/** What keeps a start from succeeding now, and passes. */
export const hindrance = finding('mistake', ExitCode.temporary);

/** What stopped a check, as `run` would tell it. @throws what is no FatalError */
export function failed(subject: string, error: unknown): Finding {
  if (!(error instanceof FatalError)) throw error;
  return finding('mistake', error.exitCode)(subject, error.message);
}

/** One line each. */
export const linesOf = (findings: readonly Finding[]): string =>
  findings.map(({ subject, verdict, sentence }) => `${subject}: ${verdict}: ${sentence}\n`).join('');

/** A person's mistake (78) outweighs what passes by itself (75). */
export const exitCodeOf = (findings: readonly Finding[]): ExitCode =>
  Math.max(ExitCode.drained, ...findings.map(({ exitCode }) => exitCode)) as ExitCode;
