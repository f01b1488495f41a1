import type { KafkaClient } from './native.js';
import type { Consumed } from './runs.js';

/** Takes records out of a consumer's queue, packed into frames. One call may be outstanding at a time. */
export interface RecordSource {
  /**
   * Waits up to `waitMs` for a first record, then takes what is there, up to `limit`; while there are fewer it goes on
   * until `gatherMs` have passed. Callbacks of the consumer are served meanwhile.
   */
  take(limit: number, waitMs: number, gatherMs: number): Promise<Consumed>;
}

export type RecordSourceOptions<Client extends KafkaClient> = {
  readonly consumer: Client;
  /** Names of the consumer's topics; a run's `topic` is the index in them. */
  readonly topics: readonly string[];
  /** Called with what the consumer reports, in place of a record or with others; throws what `take` is to fail with. */
  readonly onError: (error: unknown) => void;
};
