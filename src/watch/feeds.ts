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

/** What the daemon's own image of a section says: its seats and those that are left, both as of one moment. */
export type SeatImage = {
  readonly seats: number;
  readonly available: number;
  /** Milliseconds since the epoch: the record timestamp of the input that changed the section last. */
  readonly timestampMs: number;
};

/** A section's latest image; undefined when the section was removed. */
export type SectionSeats = {
  readonly eventId: Long;
  readonly section: string;
  readonly image: SeatImage | undefined;
};

/** The sections' images. */
export interface SeatFeed {
  /** Has the latest image of each section told to `listener` once all were read, then each as it comes. */
  follow(listener: (section: SectionSeats) => void): void;
  /** Resolves once every image that there was at the start has been told of. */
  ready(): Promise<void>;
}
