import { z } from 'zod';
import type { ExitCode } from '../errors.js';
import { logLevels } from '../log-level.js';
import type { Republished } from '../pipeline/republisher.js';
import type { Snapshot } from './snapshot.js';

/**
 * What is said on the control socket: one request a line, in JSON, and one answer a line, in the order of the requests.
 * A connection may ask again and again. What is no request is answered by an error; a line that is too long, too.
 */

export const REQUEST_LIMIT_BYTES = 4_096;
/** A status of many partitions is the longest. */
export const ANSWER_LIMIT_BYTES = 16 * 1_048_576;
export const CONNECTION_LIMIT = 16;
/** A connection that asks nothing for so long is closed. */
export const IDLE_TIMEOUT_MS = 60_000;

export const requestSchema = z.discriminatedUnion('verb', [
  z.strictObject({ verb: z.literal('status') }),
  z.strictObject({ verb: z.literal('pause') }),
  z.strictObject({ verb: z.literal('resume') }),
  z.strictObject({ verb: z.literal('republish') }),
  z.strictObject({ verb: z.literal('logLevel'), level: z.enum(logLevels) }),
]);

export type ControlRequest = z.output<typeof requestSchema>;
export type ControlVerb = ControlRequest['verb'];

/** What each verb is answered with. */
export type ControlAnswer = {
  status: Snapshot;
  /** Nothing is in flight any more. */
  pause: { readonly wasPaused: boolean };
  /** New records are taken again. */
  resume: { readonly wasPaused: boolean };
  /** Every status is committed. */
  republish: Republished;
  logLevel: { readonly level: string; readonly previous: string };
};

export type ControlError = { readonly message: string; readonly exitCode: ExitCode };

export type ControlResponse =
  | { readonly ok: true; readonly answer: ControlAnswer[ControlVerb] }
  | { readonly ok: false; readonly error: ControlError };
