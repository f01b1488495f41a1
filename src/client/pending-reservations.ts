import { ExitCode } from '../errors.js';
import { NotWrittenError, TooManyInFlightError } from './reservation-errors.js';

type Pending = {
  readonly resolve: (answer: Buffer) => void;
  readonly reject: (error: Error) => void;
  readonly timer: NodeJS.Timeout;
};

/** The reservations that are asked for and not answered yet, by id. It does no I/O. */
export class PendingReservations {
  private readonly pending = new Map<string, Pending>();
  private emptied: (() => void)[] = [];

  constructor(private readonly limit: number) {}

  get size(): number {
    return this.pending.size;
  }

  /**
   * Opens a reservation; the promise is of the answer's bytes, settled by `settle` or `fail`, or by `onTimeout`'s error after `timeoutMs`.
   * @throws TooManyInFlightError at the limit, NotWrittenError (78) when the id is in flight
   */
  open(reservationId: string, timeoutMs: number, onTimeout: () => Error): Promise<Buffer> {
    if (this.pending.size >= this.limit) throw new TooManyInFlightError(this.limit);
    if (this.pending.has(reservationId))
      throw new NotWrittenError(
        ExitCode.configuration,
        `reservation ${reservationId} is in flight: it was not sent again.`,
      );
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => this.fail(reservationId, onTimeout()), timeoutMs);
      this.pending.set(reservationId, { resolve, reject, timer });
    });
  }

  /** Hands over an answer; those of nobody here are most. */
  settle(reservationId: string, answer: Buffer): void {
    this.take(reservationId)?.resolve(answer);
  }

  fail(reservationId: string, error: Error): void {
    this.take(reservationId)?.reject(error);
  }

  /** Resolves when none is open: each has its time limit. */
  async empty(): Promise<void> {
    if (this.pending.size > 0) await new Promise<void>((resolve) => this.emptied.push(resolve));
  }

  private take(reservationId: string): Pending | undefined {
    const found = this.pending.get(reservationId);
    if (found === undefined) return undefined;
    clearTimeout(found.timer);
    this.pending.delete(reservationId);
    if (this.pending.size === 0) for (const resolve of this.emptied.splice(0)) resolve();
    return found;
  }
}
