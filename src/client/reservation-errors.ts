import { ExitCode, FatalError } from '../errors.js';

/**
 * Whether the seats were reserved is not known: no answer came in time, and one may still come. The request must not be sent
 * again, which would reserve twice; `ReservationClient.outcome(reservationId, { sinceMs: sentMs })` looks the answer up.
 */
export class OutcomeUnknownError extends FatalError {
  override readonly name = 'OutcomeUnknownError';

  constructor(
    readonly reservationId: string,
    /** When it was handed to the producer, milliseconds since the epoch. */
    readonly sentMs: number,
    reason: string,
    cause?: unknown,
  ) {
    super(
      ExitCode.temporary,
      `The outcome of reservation ${reservationId} is unknown: ${reason}. It may still be answered; sending the request again would reserve twice.`,
      { cause },
    );
  }
}

/** The record was not written, and never will be: the same may be sent again once the reason has passed. */
export class NotWrittenError extends FatalError {
  override readonly name = 'NotWrittenError';
}

/** Not sent, because as many requests as `inFlightLimit` are not answered yet. */
export class TooManyInFlightError extends NotWrittenError {
  constructor(limit: number) {
    super(ExitCode.temporary, `${limit} requests are in flight, which is inFlightLimit: this one was not sent.`);
  }
}

/** An init was not acknowledged in time. It may still take effect; sending it again would replace the section once more. */
export class NotAcknowledgedError extends FatalError {
  override readonly name = 'NotAcknowledgedError';

  constructor(what: string, reason: string, cause?: unknown) {
    super(ExitCode.temporary, `Whether ${what} was set up is unknown: ${reason}. It may still take effect.`, { cause });
  }
}
