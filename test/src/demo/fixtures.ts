import { Ledger } from '../../../src/demo/ledger.js';
import type { ReservationRequest, ReservationResult, SectionInit } from '../../../workers/avro.js';

export const section: SectionInit = {
  ...{ eventId: 7, section: 'North-1', rows: 2, seatsPerRow: 5 },
  initialReserved: ['North-1-1'],
};

export const request = (reservationId: string, seatCount: number): ReservationRequest => ({
  ...{ reservationId, eventId: 7, section: 'North-1', seatCount, userId: 'anna', timestamp: 1 },
});

export const answer = (asked: ReservationRequest, ...seats: number[]): ReservationResult => ({
  ...asked,
  status: seats.length > 0 ? 'CONFIRMED' : 'REJECTED',
  allocatedSeats: seats.map((seat) => `North-1-${seat}`),
});

export const first = request('first', 2);
export const second = request('second', 3);
export const third = request('third', 6);

/** A run without a fault: 2 and 3 seats of 9 sold, 4 left. */
export function faultless(): Ledger {
  const ledger = asked();
  ledger.addAnswer(answer(first, 2, 3));
  ledger.addAnswer(answer(second, 4, 5, 6));
  ledger.addAnswer(answer(third));
  count(ledger, 4);
  return ledger;
}

/** The three requests, unanswered. */
export function asked(): Ledger {
  const ledger = new Ledger([section]);
  for (const one of [first, second, third]) ledger.ask(one);
  return ledger;
}

export const count = (ledger: Ledger, availableCount: number): void =>
  ledger.addStatus({ eventId: 7, section: 'North-1', availableCount, timestamp: 1 }, 14);
