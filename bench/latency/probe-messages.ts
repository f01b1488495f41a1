import type { Pace } from '../cases.js';
import type { InputShape } from '../results.js';
import type { Latencies } from './latencies.js';

/** What the probe is told once. */
export type ProbeJob = {
  readonly bootstrapServers: string;
  readonly requestsTopic: string;
  readonly resultsTopic: string;
  readonly shape: InputShape;
  readonly pace: Pace;
  /** Whether the moment of each answer is told as well. */
  readonly withAnswers?: boolean;
};

/** When each request was answered, by its index. */
export type AnswerMoments = {
  /** When the schedule began, in milliseconds since the epoch. */
  readonly startedAtMs: number;
  /** Milliseconds from then. */
  readonly answeredMs: Float64Array;
};

/** What the probe tells: the warm-up is over; all answers are there; or why not. */
export type ProbeReport =
  | { readonly kind: 'measuring' }
  | {
      readonly kind: 'measured';
      readonly figures: ReturnType<Latencies['figures']>;
      readonly answers: AnswerMoments | undefined;
    }
  | { readonly kind: 'failed'; readonly message: string };
