import { type FatalError, temporary } from '../errors.js';

/** As far as librdkafka's statistics are read (STATISTICS.md). */
type Statistics = {
  readonly topics?: Record<
    string,
    { readonly partitions: Record<string, { readonly fetch_state: string; readonly desired: boolean }> }
  >;
};

/**
 * librdkafka stops fetching a partition for good when its position is out of the log's range (`auto.offset.reset=error`)
 * and says so in an error that node-rdkafka's consume drops if messages came with it. Its statistics tell as well: an
 * assigned partition in fetch state `none`, seen twice.
 */
export class FetchWatch {
  private readonly suspects = new Set<string>();

  constructor(
    private readonly topics: readonly string[],
    private readonly onStopped: (error: FatalError) => void,
  ) {}

  observe(text: string): void {
    const statistics = JSON.parse(text) as Statistics;
    for (const topic of this.topics) {
      for (const [partition, { fetch_state, desired }] of Object.entries(
        statistics.topics?.[topic]?.partitions ?? {},
      )) {
        this.note(`${topic}-${partition}`, desired && Number(partition) >= 0 && fetch_state === 'none');
      }
    }
  }

  reset(): void {
    this.suspects.clear();
  }

  private note(name: string, hasStopped: boolean): void {
    if (!hasStopped) this.suspects.delete(name);
    else if (!this.suspects.has(name)) this.suspects.add(name);
    else
      this.onStopped(
        temporary(
          `${name} is no longer fetched: its position left the log's range, or the topic was deleted; the restart tells which`,
        ),
      );
  }
}
