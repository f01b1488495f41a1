import type { Long } from '../../workers/avro.js';
import { grouped, plural } from './format.js';
import type { StoredSection } from './sections.js';

const nameColumns = 28;
const numberColumns = 11;

const columns = ['partition', 'available', 'total', 'sold', 'init', 'requests'] as const;

const line = (event: string, name: string, numbers: readonly string[]): string =>
  `${event.padStart(10)}  ${name.padEnd(nameColumns)}${numbers.map((text) => text.padStart(numberColumns)).join('')}`;

export const tableHead = line('event', 'section', columns);

/** A section as a line of the table; `init` and `requests` are its image's positions. */
export const tableLine = ({ eventId, name, partition, map, positions }: StoredSection): string =>
  line(
    String(eventId),
    name,
    [partition, map.available, map.seatCount, map.sold, positions.init, positions.requests].map(grouped),
  );

/** Sums up sections that pass one by one, in the order of their events. */
export class Summary {
  private sections = 0;
  private events = 0;
  private latest: Long | undefined;
  private readonly partitions = new Set<number>();
  private available = 0;
  private seats = 0;
  private sold = 0;

  add({ eventId, partition, map }: StoredSection): void {
    this.sections += 1;
    if (eventId !== this.latest) this.events += 1;
    this.latest = eventId;
    this.partitions.add(partition);
    this.available += map.available;
    this.seats += map.seatCount;
    this.sold += map.sold;
  }

  toString(): string {
    const where = `${plural(this.sections, 'section')} of ${plural(this.events, 'event')} in ${plural(this.partitions.size, 'partition')}`;
    return `${where}: ${grouped(this.available)} of ${plural(this.seats, 'seat')} available, ${grouped(this.sold)} sold`;
  }
}
