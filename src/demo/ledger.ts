import type { ReservationRequest, ReservationResult, SectionInit, SectionStatus } from '../../workers/avro.js';
import { sectionKey } from '../../workers/encode.js';
import { SectionLedger } from './section-ledger.js';

/**
 * Keeps account of what was asked for and of what the topics answered, seat by seat, without believing the daemon in
 * anything. It does no I/O.
 */
export class Ledger {
  readonly sections: ReadonlyMap<string, SectionLedger>;
  confirmed = 0;
  rejected = 0;
  /** Ids of requests that were answered again; a repeated answer sells nothing here. */
  readonly duplicated: string[] = [];
  /** Answers and statuses that fit nothing that was asked: an unknown id or section, other seats than wanted. */
  readonly unfitting: string[] = [];
  /** What is asked and not answered yet, by its id. */
  private readonly open = new Map<string, ReservationRequest>();
  private readonly answered = new Set<string>();

  constructor(inits: readonly SectionInit[]) {
    this.sections = new Map(inits.map((init) => [sectionKey(init.eventId, init.section), new SectionLedger(init)]));
  }

  get asked(): number {
    return this.open.size + this.answered.size;
  }

  get answers(): number {
    return this.answered.size;
  }

  /** Ids of requests without an answer. */
  get missing(): readonly string[] {
    return [...this.open.keys()];
  }

  /** Whether every section has told how many seats it has. */
  get allSectionsKnown(): boolean {
    return [...this.sections.values()].every(({ available }) => available !== undefined);
  }

  ask(request: ReservationRequest): void {
    this.open.set(request.reservationId, request);
  }

  addAnswer(result: ReservationResult): void {
    const { reservationId, status, allocatedSeats } = result;
    if (this.answered.has(reservationId)) {
      this.duplicated.push(reservationId);
      return;
    }
    const request = this.open.get(reservationId);
    const section = this.sections.get(sectionKey(result.eventId, result.section));
    if (request === undefined || section === undefined) {
      this.unfitting.push(`the answer ${reservationId}`);
      return;
    }
    this.open.delete(reservationId);
    this.answered.add(reservationId);
    if (status === 'CONFIRMED') this.confirmed += 1;
    else this.rejected += 1;
    section.sell(allocatedSeats);
    if (!fits(request, result, section)) this.unfitting.push(`the answer ${reservationId}`);
  }

  /** `sizeBytes`: of the value. */
  addStatus({ eventId, section, availableCount }: SectionStatus, sizeBytes: number): void {
    const known = this.sections.get(sectionKey(eventId, section));
    if (known === undefined) this.unfitting.push(`the status of ${section}`);
    else known.addStatus(availableCount, sizeBytes);
  }
}

function fits(request: ReservationRequest, result: ReservationResult, section: SectionLedger): boolean {
  const { eventId, section: name, seatCount, userId } = request;
  const isAsAsked =
    result.eventId === eventId && result.section === name && result.seatCount === seatCount && result.userId === userId;
  const { allocatedSeats } = result;
  const areSeatsRight =
    result.status === 'CONFIRMED'
      ? allocatedSeats.length === seatCount && section.isRun(allocatedSeats)
      : result.status === 'REJECTED' && allocatedSeats.length === 0;
  return isAsAsked && areSeatsRight;
}
