import type { AnswerMoments } from '../latency/probe-messages.js';

/** A stretch of time, in milliseconds since the epoch. */
export type Stretch = { readonly fromMs: number; readonly untilMs: number };

/** When answers came, input partition by input partition. */
export class AnswerTimes {
  /** Milliseconds since the epoch, rising. */
  private readonly times: readonly Float64Array[];

  /** @param partitionOf the input partition of a request */
  constructor(
    partitions: number,
    { startedAtMs, answeredMs }: AnswerMoments,
    partitionOf: (request: number) => number,
  ) {
    const times = Array.from({ length: partitions }, (): number[] => []);
    for (const [request, moment] of answeredMs.entries()) times[partitionOf(request)]?.push(startedAtMs + moment);
    this.times = times.map((moments) => Float64Array.from(moments).sort());
  }

  /**
   * The longest time in which one of the partitions had no answer, of the times that end in the stretch; 0 without
   * partitions. What comes before the first answer, or never ends, is none.
   */
  longestPauseMs(partitions: Iterable<number>, { fromMs, untilMs }: Stretch): number {
    let longest = 0;
    for (const partition of partitions) {
      const times = this.times[partition] ?? new Float64Array();
      for (let at = 1; at < times.length; at += 1) {
        const [before, after] = [times[at - 1] as number, times[at] as number];
        if (after > fromMs && after <= untilMs) longest = Math.max(longest, after - before);
      }
    }
    return longest;
  }
}
