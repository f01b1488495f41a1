import { CommanderError } from 'commander';
import { ExitCode, FatalError } from '../errors.js';

/** What an error tells the operator, and the exit code that it ends the process with. */
export interface Report {
  readonly exitCode: ExitCode;
  /** For stderr, without a line end; empty when everything has been said already. */
  readonly text: string;
}

/**
 * The one place that turns a thrown error into words and an exit code. A mistake on the command line is one of
 * configuration (78); commander has explained it by then. What nobody foresaw is internal (70) and shows its stack.
 */
export function reportOf(error: unknown): Report {
  if (error instanceof FatalError) return { exitCode: error.exitCode, text: error.message };
  if (error instanceof CommanderError) {
    return { exitCode: error.exitCode === 0 ? ExitCode.drained : ExitCode.configuration, text: '' };
  }
  const text = error instanceof Error ? (error.stack ?? `${error.name}: ${error.message}`) : String(error);
  return { exitCode: ExitCode.internal, text };
}
