import type { Init, Request } from './wire.js';

/** What the model answers by; the names and defaults are those of the configuration. */
export type Rules = {
  readonly adjacency: 'section' | 'row';
  readonly onSold: 'replace' | 'refuse';
  readonly sectionNameBytes: number;
  readonly seatsPerSection: number;
  readonly seatsPerRequest: number;
};

export const defaultRules: Rules = {
  adjacency: 'section',
  onSold: 'replace',
  sectionNameBytes: 512,
  seatsPerSection: 1_000_000,
  seatsPerRequest: 1_000,
};

type Section = { command: Init; free: Uint8Array; available: number; seatsPerRow: number; sold: number };

export type Allocation = { readonly status: 'CONFIRMED' | 'REJECTED'; readonly seats: readonly string[] };

/**
 * The rules of DESIGN.md, section 2, as plainly as they can be written: the sections of one partition as arrays with
 * a 1 for each free seat, one record after the other. It shares no code with the daemon.
 */
export class SeatModel {
  private readonly sections = new Map<string, Section>();

  constructor(readonly rules: Rules = defaultRules) {}

  /** Free seats of a section; undefined when it does not exist. */
  available(value: { eventId: bigint; section: string }): number | undefined {
    return this.find(value)?.available;
  }

  /** `done`, or why the command is a dead letter: over a limit (the sections stay), or sold and refused (status goes out). */
  init(command: Init): 'done' | 'limit' | 'refused' {
    const { section, rows, seatsPerRow } = command;
    const count = rows <= 0 || seatsPerRow <= 0 ? 0 : rows * seatsPerRow;
    if (Buffer.byteLength(section) > this.rules.sectionNameBytes || count > this.rules.seatsPerSection) return 'limit';
    const existing = this.find(command);
    if (existing !== undefined && existing.sold > 0 && this.rules.onSold === 'refuse') return 'refused';
    const reserved = new Set(command.initialReserved);
    const free = new Uint8Array(count).fill(1);
    for (let seat = 1; seat <= count && reserved.size > 0; seat++) {
      if (reserved.has(`${section}-${seat}`)) free[seat - 1] = 0;
    }
    const available = free.reduce((sum, one) => sum + one, 0);
    this.sections.set(keyOf(command), { command, free, available, seatsPerRow, sold: 0 });
    return 'done';
  }

  /** Forgets a section; whether there was one. */
  remove(value: { eventId: bigint; section: string }): boolean {
    return this.sections.delete(keyOf(value));
  }

  /** Every section that there is, with a 1 for each seat that is free. */
  *seats(): Generator<{ readonly command: Init; readonly free: Uint8Array }> {
    for (const { command, free } of this.sections.values()) yield { command, free };
  }

  request(request: Request): Allocation {
    const section = this.find(request);
    const start = section === undefined ? -1 : this.firstRun(section, request.seatCount);
    if (section === undefined || start < 0) return { status: 'REJECTED', seats: [] };
    section.free.fill(0, start, start + request.seatCount);
    section.available -= request.seatCount;
    section.sold += request.seatCount;
    const seats = Array.from({ length: request.seatCount }, (_, index) => `${request.section}-${start + index + 1}`);
    return { status: 'CONFIRMED', seats };
  }

  /** The index of the first seat of the lowest-numbered run of `count` adjacent free seats, or −1. */
  private firstRun(section: Section, count: number): number {
    if (count <= 0 || count > this.rules.seatsPerRequest) return -1;
    let length = 0;
    for (let seat = 0; seat < section.free.length; seat++) {
      if (this.rules.adjacency === 'row' && seat % section.seatsPerRow === 0) length = 0;
      length = section.free[seat] === 1 ? length + 1 : 0;
      if (length === count) return seat - count + 1;
    }
    return -1;
  }

  private find(value: { eventId: bigint; section: string }): Section | undefined {
    return this.sections.get(keyOf(value));
  }
}

const keyOf = (value: { eventId: bigint; section: string }): string =>
  JSON.stringify([`${value.eventId}`, value.section]);
