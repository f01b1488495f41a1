/** Exit codes of the process (sysexits.h, with 76 for a fenced producer). */
export const ExitCode = {
  drained: 0,
  checkFailed: 1,
  /** EX_UNAVAILABLE: there is no daemon to talk to; of the verbs that talk to one. */
  unavailable: 69,
  internal: 70,
  temporary: 75,
  fenced: 76,
  configuration: 78,
} as const;
export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];

/**
 * What can't be recovered from. It ends the process with `exitCode`; the message is one sentence or two that say what
 * happened and what the operator can do.
 */
export class FatalError extends Error {
  constructor(
    readonly exitCode: ExitCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'FatalError';
  }
}

/** An error whose cause passes by itself: systemd restarts the process soon. */
export const temporary = (message: string, cause?: unknown): FatalError =>
  new FatalError(ExitCode.temporary, message, { cause });

/** A configuration, a topic or a state that a person has to mend before a restart makes sense. */
export const needsPerson = (message: string, cause?: unknown): FatalError =>
  new FatalError(ExitCode.configuration, message, { cause });

/** A broken invariant: the daemon's own fault. */
export const internal = (message: string, cause?: unknown): FatalError =>
  new FatalError(ExitCode.internal, message, { cause });

/** Asserts an invariant; it stays on in production, for a wrong seat map is worse than a stopped one. */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw internal(`broken invariant: ${message}`);
}

/** Whether the disk, or a quota on it, is full, in the words of Node or of LMDB. It passes without anybody changing a setting. */
export const isDiskFull = (error: unknown): boolean =>
  /ENOSPC|EDQUOT|No space left on device|Disk quota exceeded/.test(messageOf(error));

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
