import type { Long } from '../../workers/avro.js';
import { harmless } from '../terminal/text.js';
import { DecayingRate } from './decaying-rate.js';

/** One section of the board. */
export class BoardSection {
  /** The name as it is shown. */
  readonly label: string;
  available = 0;
  /** Milliseconds since the epoch: the record timestamp of the input that caused the latest count. */
  timestampMs = 0;
  /** Free seats that went away in a second, lately; as of the board's last `advance`. */
  seatsPerSecond = 0;
  /** Its place in the order of events and names; as of the board's last `advance`. */
  rank = 0;
  /** Lower case, for the filter. */
  readonly searched: string;
  private readonly rate = new DecayingRate();
  private largestSeen = 0;
  private initialised: number | undefined;

  constructor(
    readonly eventId: Long,
    readonly name: string,
    /** Whether the label names the event, too. */
    isEventShown: boolean,
  ) {
    this.label = harmless(isEventShown ? `${eventId} ${name}` : name);
    this.searched = this.label.toLowerCase();
  }

  /** The section's seats. When they are not known, the largest count seen: at least so many. */
  get seats(): number {
    return this.isSeatCountKnown ? (this.initialised ?? 0) : this.largestSeen;
  }

  /** An init that can't be the one in force, for more seats are free, is not believed. */
  get isSeatCountKnown(): boolean {
    return this.initialised !== undefined && this.initialised >= this.available;
  }

  /** Free seats as a share of the seats, 0 to 1; 0 for a section without seats. */
  get share(): number {
    const { seats } = this;
    return seats > 0 ? this.available / seats : 0;
  }

  /** Takes a count. `nowMs` undefined: it is an old one, which says nothing of the rate. Returns the seats that went away. */
  count(available: number, nowMs: number | undefined): number {
    const gone = nowMs === undefined ? 0 : Math.max(0, this.available - available);
    if (gone > 0) this.rate.add(gone, nowMs ?? 0);
    this.available = available;
    this.largestSeen = Math.max(this.largestSeen, available);
    return gone;
  }

  /** The seats that the section's latest init gave it. */
  learnSeats(seats: number): void {
    this.initialised = seats;
    this.largestSeen = this.available;
  }

  advance(nowMs: number): void {
    this.seatsPerSecond = this.rate.at(nowMs);
  }
}
