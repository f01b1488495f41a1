import type { Load } from './input/load.js';

/** The right answers to a load, by the index of the request, and its statuses, by section in their order. */
export type Model = {
  /** Number of the first seat; 0 when rejected. */
  readonly firstSeats: Int32Array;
  /** Free seats of the request's section after it. */
  readonly availableAfter: Int32Array;
  /** Free seats of each section after its init. */
  readonly initialAvailable: Int32Array;
  /** The requests of section s, in order: `inOrder` from `starts[s]` up to `starts[s + 1]`. */
  readonly inOrder: Uint32Array;
  readonly starts: Uint32Array;
};

/**
 * Answers a load by the contract (DESIGN.md, section 2; adjacency: section), as an allocator of its own. Requests of a
 * section lie in one partition in the order of their index, so sections can be answered side by side.
 */
export function answer(load: Load): Model {
  const { requests, sections } = load.shape;
  const firstSeats = new Int32Array(requests);
  const availableAfter = new Int32Array(requests);
  const seats = load.sections.map(() => new SectionSeats(load));
  const initialAvailable = Int32Array.from(seats, ({ available }) => available);
  for (let request = 0; request < requests; request++) {
    const section = seats[load.sectionOf[request] as number] as SectionSeats;
    firstSeats[request] = section.take(load.seatCounts[request] as number);
    availableAfter[request] = section.available;
  }
  const starts = new Uint32Array(sections + 1);
  for (const section of load.sectionOf) starts[section + 1] = (starts[section + 1] as number) + 1;
  for (let section = 0; section < sections; section++) {
    starts[section + 1] = (starts[section + 1] as number) + (starts[section] as number);
  }
  const next = starts.slice();
  const inOrder = new Uint32Array(requests);
  for (let request = 0; request < requests; request++) {
    const section = load.sectionOf[request] as number;
    const at = next[section] as number;
    inOrder[at] = request;
    next[section] = at + 1;
  }
  return { firstSeats, availableAfter, initialAvailable, inOrder, starts };
}

/** One section's seats, one byte each: 1 is taken. Seats are only ever taken, so a search goes on where the last one ended. */
class SectionSeats {
  available = 0;
  private readonly taken: Uint8Array;
  /** By length: the lowest index at which a run of free seats of this length can still begin. */
  private readonly searchFrom: number[] = [];

  constructor(load: Load) {
    this.taken = new Uint8Array(load.shape.seatsPerSection);
    for (let index = 0; index < this.taken.length; index++) {
      if (load.isReserved(index + 1)) this.taken[index] = 1;
      else this.available++;
    }
  }

  /** Takes the lowest run of free seats of this length and returns the number of its first seat, from 1; 0 if there is none. */
  take(length: number): number {
    let start = this.searchFrom[length] ?? 0;
    for (let free = 0, index = start; free < length; index++) {
      if (index >= this.taken.length) {
        this.searchFrom[length] = this.taken.length;
        return 0;
      }
      free = this.taken[index] === 0 ? free + 1 : 0;
      start = index - free + 1;
    }
    this.taken.fill(1, start, start + length);
    this.searchFrom[length] = start + length;
    this.available -= length;
    return start + 1;
  }
}
