import { merge, removedSection } from '../../test/support/expected.js';
import type { KafkaRecord } from '../../test/support/kafka-client.js';
import { type Init, initCodec, type Request, requestCodec, sectionKey } from '../../test/support/wire.js';
import { topicNames } from '../cluster/cluster.js';
import type { GivenAnswer } from './answers.js';
import type { Problems } from './problems.js';

/** The free seats of a section, by number from 0. */
export type Folded = Map<string, boolean[]>;

export type Facts = {
  readonly answers: ReadonlyMap<string, readonly GivenAnswer[]>;
  readonly deadLetters: ReadonlySet<string>;
  /** Sections that are not judged. */
  readonly uncertain: ReadonlySet<string>;
};

/**
 * What is left of the sections of one partition by the answers that were given, whoever computed them: an init sets a
 * section up, a removal ends it, a confirmation takes its seats. A seat that is taken twice, or does not exist, is a problem.
 */
export function fold(
  inits: readonly KafkaRecord[],
  requests: readonly KafkaRecord[],
  { answers, deadLetters, uncertain }: Facts,
  problems: Problems,
): Folded {
  const sections: Folded = new Map();
  const asked = new Map<string, number>();
  for (const { side, record } of merge(inits, requests)) {
    const { partition, offset, value } = record;
    if (value === null) {
      const removed = side === 'init' ? removedSection(record) : undefined;
      if (removed !== undefined) sections.delete(sectionKey(removed));
      continue;
    }
    if (deadLetters.has(`${topicNames[side]}-${partition}@${offset}`)) continue;
    if (side === 'init') {
      const init = decoded<Init>(() => initCodec.decode(value));
      if (init !== undefined) sections.set(sectionKey(init), freeSeats(init));
      continue;
    }
    const request = decoded<Request>(() => requestCodec.decode(value));
    if (request === undefined) continue;
    const { reservationId: id } = request;
    // Of a request that came twice each has its answer, told apart by its time and, at one time, by its place.
    const name = `${id} at ${record.timestampMs}`;
    const place = asked.get(name) ?? 0;
    asked.set(name, place + 1);
    const own = distinctBy((answers.get(id) ?? []).filter(({ timestampMs }) => timestampMs === record.timestampMs));
    const answer = own[Math.min(place, own.length - 1)];
    if (!uncertain.has(sectionKey(request)))
      take(sections.get(sectionKey(request)), request, answer?.seats ?? [], problems);
  }
  for (const key of uncertain) sections.delete(key);
  return sections;
}

function freeSeats({ section, rows, seatsPerRow, initialReserved }: Init): boolean[] {
  const reserved = new Set(initialReserved);
  const length = Math.max(0, rows) * Math.max(0, seatsPerRow);
  return Array.from({ length }, (_, seat) => !reserved.has(`${section}-${seat + 1}`));
}

function take(free: boolean[] | undefined, request: Request, seats: readonly string[], problems: Problems): void {
  for (const name of seats) {
    const seat = Number(name.slice(request.section.length + 1)) - 1;
    const state = free?.[seat];
    if (state !== true)
      problems.add(
        'seats',
        `${name} of ${sectionKey(request)} ${state === false ? 'was sold twice' : 'does not exist'}`,
      );
    if (free !== undefined) free[seat] = false;
  }
}

const distinctBy = (answers: readonly GivenAnswer[]): GivenAnswer[] => [
  ...new Map(answers.map((answer) => [answer.text, answer])).values(),
];

function decoded<T>(decode: () => T): T | undefined {
  try {
    return decode();
  } catch {
    return undefined;
  }
}
