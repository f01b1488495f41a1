import type { ReservationClient, SectionStatusCache } from 'seatmapd/client';
import type { Catalogue } from './catalogue.js';
import type { EventStreams } from './stream/event-streams.js';

/** What the routes work with. */
export type Shop = {
  readonly cache: SectionStatusCache;
  readonly reservations: ReservationClient;
  readonly catalogue: Catalogue;
  readonly streams: EventStreams;
  /** Set once the cache has read every count there was. */
  isReady: boolean;
  /** Set when the server is about to end: load balancers send their requests elsewhere. */
  isClosing: boolean;
};
