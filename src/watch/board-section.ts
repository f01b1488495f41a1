import type { Long } from '../../workers/avro.js';
import { harmless } from '../terminal/text.js';
import { DecayingRate } from './decaying-rate.js';
import type { SeatImage } from './feeds.js';

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
  private isCounted = false;
  private largestSeen = 0;
  private image: SeatImage | undefined;
  /** The timestamp of a count that rose, while no image is known to be as new. */
  private roseMs: number | undefined;

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
    return this.isSeatCountKnown ? (this.image?.seats ?? 0) : this.largestSeen;
  }

  /**
   * Images and statuses come by two topics. Seats are only ever taken, so a count that rises is of a section that was set up
   * anew, and an image from before has other seats. So has one that lacks some of those that are free.
   */
  get isSeatCountKnown(): boolean {
    return this.image !== undefined && this.roseMs === undefined && this.image.seats >= this.available;
  }

  /** Free seats as a share of the seats, 0 to 1; 0 for a section without seats. */
  get share(): number {
    const { seats } = this;
    return seats > 0 ? this.available / seats : 0;
  }

  /** Takes a count. `nowMs` undefined: it is an old one, which says nothing of the rate. Returns the seats that went away. */
  count(available: number, timestampMs: number, nowMs: number | undefined): number {
    const gone = nowMs === undefined ? 0 : Math.max(0, this.available - available);
    if (gone > 0) this.rate.add(gone, nowMs ?? 0);
    const hasRisen = this.isCounted && available > this.available;
    this.isCounted = true;
    this.available = available;
    this.timestampMs = timestampMs;
    this.largestSeen = hasRisen ? available : Math.max(this.largestSeen, available);
    if (hasRisen) this.roseMs = timestampMs;
    this.compare();
    return gone;
  }

  /** Takes the section's latest image; undefined: there is none. Returns whether something else is known of its seats now. */
  learn(image: SeatImage | undefined): boolean {
    const { seats, isSeatCountKnown } = this;
    this.image = image;
    this.compare();
    return seats !== this.seats || isSeatCountKnown !== this.isSeatCountKnown;
  }

  advance(nowMs: number): void {
    this.seatsPerSecond = this.rate.at(nowMs);
  }

  /** A count that rose is explained by an image that says the same, or is as new. */
  private compare(): void {
    const { image, roseMs } = this;
    if (image === undefined || roseMs === undefined) return;
    if (image.available === this.available || image.timestampMs >= roseMs) this.roseMs = undefined;
  }
}
