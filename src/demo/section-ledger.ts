import type { SectionInit } from '../../workers/avro.js';
import { reservedSeats, seatOf } from '../../workers/seat-names.js';
import { FullMap } from './full-map.js';

/** What the consumed topics say about one section: seats that answers gave away, counts that statuses told. */
export class SectionLedger {
  readonly name: string;
  readonly seatCount: number;
  seatsSold = 0;
  /** Names of seats that were given away while they were taken already: sold, or reserved from the start. */
  readonly soldTwice: string[] = [];
  /** The count of the last status; undefined before the first. */
  available: number | undefined;
  statusCount = 0;
  statusBytes = 0;
  /** What the values of the same statuses would have had as full maps. */
  fullMapBytes = 0;
  private readonly taken: Uint8Array;
  private free: number;
  private readonly fullMap: FullMap;

  constructor(init: SectionInit) {
    this.name = init.section;
    this.seatCount = init.rows * init.seatsPerRow;
    this.taken = new Uint8Array(this.seatCount);
    this.free = this.seatCount;
    for (const seat of reservedSeats(init.initialReserved, init.section, this.seatCount)) this.take(seat);
    this.fullMap = new FullMap(init);
  }

  /** Seats that nothing consumed so far gave away. */
  get unsold(): number {
    return this.free;
  }

  /** Whether `names` are adjacent seats of this section, in order. */
  isRun(names: readonly string[]): boolean {
    const seats = names.map((name) => seatOf(name, this.name, this.seatCount));
    return seats.every((seat, at) => seat >= 0 && seat === seats[0]! + at);
  }

  /** Counts seats as sold; names of no seat of this section are left out. */
  sell(names: readonly string[]): void {
    for (const name of names) {
      const seat = seatOf(name, this.name, this.seatCount);
      if (seat < 0) continue;
      this.seatsSold += 1;
      if (!this.take(seat)) this.soldTwice.push(name);
    }
  }

  addStatus(available: number, sizeBytes: number): void {
    this.available = available;
    this.statusCount += 1;
    this.statusBytes += sizeBytes;
    this.fullMapBytes += this.fullMap.sizeBytes(available);
  }

  private take(seat: number): boolean {
    if (this.taken[seat] === 1) return false;
    this.taken[seat] = 1;
    this.free -= 1;
    return true;
  }
}
