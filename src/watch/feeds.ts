import type { Long } from '../../workers/avro.js';
import type { SectionUpdate } from '../client/section-count.js';

/** The status topic, from its beginning, as it grows. */
export interface StatusFeed {
  /** Has each update told to `listener`, in the order of each section's. */
  follow(listener: (update: SectionUpdate) => void): void;
  /** Resolves once everything that the topic held at the start has been told of. */
  ready(): Promise<void>;
  /** What is wrong with the connection, in a few words; undefined while nothing is. */
  trouble(): string | undefined;
}

/** The seats that an init gave a section. */
export type SectionSeats = { readonly eventId: Long; readonly section: string; readonly seats: number };

/** The init topic, as far as it still has its commands. */
export interface SeatFeed {
  follow(listener: (section: SectionSeats) => void): void;
  /** Resolves once every command that the topic held at the start has been told of. */
  ready(): Promise<void>;
}
