import type { Watermarks } from '../../src/kafka/watermarks.js';
import type { Pipeline } from '../../src/pipeline/pipeline.js';
import type { Random } from '../../test/support/random.js';
import { topicNames } from '../cluster/cluster.js';
import type { Schedule } from '../schedule.js';
import type { SimulatedProcess } from './process.js';

export type ChangelogEndsOptions = {
  readonly process: SimulatedProcess;
  readonly schedule: Schedule;
  readonly random: Random;
  readonly watermarks: Watermarks;
  readonly pipeline: Pipeline;
};

/** As src/changelog-ends.ts on a timer of the simulation, and more often: a run lasts no longer than its interval. */
export function followChangelogEnds({ process, schedule, random, watermarks, pipeline }: ChangelogEndsOptions): void {
  const again = (): void => schedule.after(5 + random.next() * 80, () => void refresh(), process);
  const refresh = async (): Promise<void> => {
    try {
      for (const partition of pipeline.assigned) {
        pipeline.noteChangelogEnd(partition, (await watermarks.range(topicNames.changelog, partition)).high);
      }
    } catch {
      // It is not known at the moment; a lower bound is enough.
    }
    again();
  };
  again();
}
