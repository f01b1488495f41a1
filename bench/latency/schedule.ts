/** A steady rate: request n is due n / rate seconds after the start, whatever became of those before it. */
export class Schedule {
  constructor(
    readonly requestsPerSecond: number,
    readonly warmUpSeconds: number,
    readonly measuredSeconds: number,
  ) {}

  get requests(): number {
    return this.requestsPerSecond * (this.warmUpSeconds + this.measuredSeconds);
  }

  /** The first request whose latency counts. */
  get firstMeasured(): number {
    return this.requestsPerSecond * this.warmUpSeconds;
  }

  /** Milliseconds from the start. */
  dueMs(request: number): number {
    return (request * 1_000) / this.requestsPerSecond;
  }

  /** How many requests are due at a moment: all that a producer which was held up has to catch up with, too. */
  dueCount(elapsedMs: number): number {
    return Math.min(this.requests, Math.floor((elapsedMs * this.requestsPerSecond) / 1_000) + 1);
  }
}
