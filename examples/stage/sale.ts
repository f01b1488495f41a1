import { setTimeout as sleep } from 'node:timers/promises';
import { eventId, type Stand, stadium } from './stadium.js';

const tickMs = 50;
const answerTimeoutMs = 30_000;
const maxSeats = 6;
/** So many who went away without seats, one after the other: it is sold out. */
const mostRefusedInARow = 500;
/** Visitors who wait for an answer; more do not come. */
const mostWaiting = 200;

/** Visitors of the shop: they ask the API server for seats, at a pace, the popular sections first. */
export class Sale {
  private readonly ending = new AbortController();
  private waiting = 0;
  private refusedInARow = 0;

  /** @param onSoldOut called when nobody gets a seat any more; the sale goes on when it resolves */
  constructor(
    private readonly url: string,
    private readonly requestsPerSecond: number,
    private readonly onSoldOut: () => Promise<void>,
  ) {}

  /** Runs until `end`. @throws what `onSoldOut` throws */
  async run(): Promise<void> {
    const { signal } = this.ending;
    let due = 0;
    while (!signal.aborted) {
      if (this.refusedInARow >= mostRefusedInARow) {
        await this.onSoldOut();
        this.refusedInARow = 0;
      }
      due = Math.min(mostWaiting, due + (this.requestsPerSecond * tickMs) / 1_000);
      for (; due >= 1 && this.waiting < mostWaiting; due -= 1) void this.ask();
      await sleep(tickMs);
    }
  }

  end(): void {
    this.ending.abort();
  }

  private async ask(): Promise<void> {
    this.waiting += 1;
    const wish = {
      ...{ eventId, section: drawn(stadium).section, seatCount: 1 + Math.floor(Math.random() * maxSeats) },
      userId: `visitor-${Math.floor(Math.random() * 100_000)}`,
    };
    try {
      const { status } = await fetch(`${this.url}/reservations`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(wish),
        signal: AbortSignal.timeout(answerTimeoutMs),
      });
      this.refusedInARow = status === 409 ? this.refusedInARow + 1 : 0;
    } catch {
      // The server, or the sale, has ended.
    } finally {
      this.waiting -= 1;
    }
  }
}

const wanted = stadium.reduce((sum, { popularity }) => sum + popularity, 0);

/** One of the sections, the popular ones more often. */
function drawn(stands: readonly Stand[]): Stand {
  let place = Math.random() * wanted;
  for (const stand of stands) {
    place -= stand.popularity;
    if (place < 0) return stand;
  }
  return stands[0]!;
}
