import { temporary } from '../../src/errors.js';
import type { Changelog, ChangelogStretch } from '../../src/kafka/changelog.js';
import { type Consumed, RunPacker } from '../../src/kafka/runs.js';
import type { Run } from '../../src/pipeline/merge.js';
import type { Random } from '../../test/support/random.js';
import { type Cluster, topicNames } from '../cluster/cluster.js';
import type { Calls } from './calls.js';
import { later } from './later.js';

const longestSilenceMs = 60_000;
const mostAtOnce = 4;

/** A stretch on its way: the position, and where PARTITION_EOF was told last. */
type Followed = ChangelogStretch & { position: number; toldEndAt: number | undefined };

/** Follows the changelog as src/kafka/changelog.ts does: each stretch to the first PARTITION_EOF at or beyond its end. */
export class SimChangelog implements Changelog {
  constructor(
    private readonly cluster: Cluster,
    private readonly calls: Calls,
    private readonly random: Random,
    private readonly nowMs: () => number,
  ) {}

  async read(
    stretches: readonly ChangelogStretch[],
    onRuns: (runs: readonly Run[]) => Promise<void>,
    isCancelled: () => boolean,
  ): Promise<void> {
    const open = new Map(
      stretches.map((one) => [one.partition, { ...one, position: one.from, toldEndAt: undefined } as Followed]),
    );
    let silentSinceMs = this.nowMs();
    while (open.size > 0 && !isCancelled()) {
      const { events } = await this.take([...open.values()], silentSinceMs + longestSilenceMs, isCancelled);
      if (events.length > 0) silentSinceMs = this.nowMs();
      const runs: Run[] = [];
      for (const event of events) {
        if ('run' in event) runs.push(event.run);
        else if (event.end.offset >= (open.get(event.end.partition)?.until ?? 0)) open.delete(event.end.partition);
      }
      if (runs.length > 0) await onRuns(runs);
    }
  }

  async close(): Promise<void> {}

  private take(open: readonly Followed[], untilMs: number, isCancelled: () => boolean): Promise<Consumed> {
    return this.calls.local('changelog', () => {
      const packer = new RunPacker();
      for (const one of open) if (this.random.next() < 0.8) this.takeFrom(one, packer);
      const consumed = packer.take();
      if (consumed.events.length > 0 || isCancelled()) return consumed;
      if (this.nowMs() > untilMs) throw temporary('the changelog gave no record for a while');
      return later;
    });
  }

  private takeFrom(one: Followed, into: RunPacker): void {
    const log = this.cluster.changelog(one.partition);
    for (let taken = 0; taken < mostAtOnce; taken += 1) {
      const record = log.next(one.position);
      if (record === undefined) {
        one.position = Math.max(one.position, log.lastStable);
        if (one.toldEndAt === one.position) return;
        one.toldEndAt = one.position;
        into.end({ topic: 0, partition: one.partition, offset: one.position });
        return;
      }
      const { partition, offset, timestampMs: timestamp, key, value } = record;
      into.message(0, { topic: topicNames.changelog, partition, offset, timestamp, key, value, size: 0 });
      one.position = offset + 1;
    }
  }
}
