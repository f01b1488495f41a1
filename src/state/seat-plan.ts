import { grouped, isoTime, plural } from './format.js';
import type { StoredSection } from './sections.js';

const seatsOfGroup = 10;
/** With their labels these fit 80 columns. */
const groupsOfLine = 5;
const taken = '#';
const free = '.';
const colours = { green: 32, red: 31 } as const;

/** What is known of a section besides its seats. */
export function describeSection({ eventId, name, partition, map, positions, ...image }: StoredSection): string[] {
  const shape = `${plural(map.seatCount, 'seat')}, ${map.rows} × ${map.seatsPerRow}`;
  const counts = `${grouped(map.available)} available, ${grouped(map.sold)} sold, ${grouped(map.initiallyReserved)} reserved from the start`;
  return [
    `section ${name} of event ${eventId}, in partition ${partition}`,
    `${shape}: ${counts}`,
    `as of init ${positions.init}, requests ${positions.requests}; last input at ${isoTime(image.lastTimestampMs)}`,
    `image of format version ${image.formatVersion}, ${plural(image.imageBytes, 'byte')}`,
  ];
}

/** The seats, row by row, in 80 columns; a row that is longer goes on in the next line. */
export function* seatPlan({ map }: Pick<StoredSection, 'map'>, isColoured: boolean): Generator<string> {
  const rowColumns = Math.max(3, String(map.rows).length);
  const seatColumns = Math.max(5, 2 * String(map.seatCount).length + 1);
  yield `${'row'.padStart(rowColumns)}  ${'seats'.padStart(seatColumns)}  ${paint(taken, isColoured)} taken  ${paint(free, isColoured)} free`;
  const rows = map.seatCount === 0 ? 0 : map.rows;
  for (let row = 0; row < rows; row += 1) {
    const end = (row + 1) * map.seatsPerRow;
    for (let start = row * map.seatsPerRow; start < end; start += seatsOfGroup * groupsOfLine) {
      const lineEnd = Math.min(end, start + seatsOfGroup * groupsOfLine);
      const label = start === row * map.seatsPerRow ? String(row + 1) : '';
      const groups: string[] = [];
      for (let at = start; at < lineEnd; at += seatsOfGroup)
        groups.push(group(map, at, Math.min(lineEnd, at + seatsOfGroup), isColoured));
      yield `${label.padStart(rowColumns)}  ${`${start + 1}-${lineEnd}`.padStart(seatColumns)}  ${groups.join(' ')}`;
    }
  }
}

function group(map: StoredSection['map'], start: number, end: number, isColoured: boolean): string {
  let text = '';
  for (let seat = start; seat < end; ) {
    const mark = map.isFree(seat) ? free : taken;
    let run = '';
    for (; seat < end && map.isFree(seat) === (mark === free); seat += 1) run += mark;
    text += paint(run, isColoured);
  }
  return text;
}

const paint = (text: string, isColoured: boolean): string =>
  isColoured ? `\u001b[${text[0] === free ? colours.green : colours.red}m${text}\u001b[0m` : text;
