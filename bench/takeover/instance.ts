import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { Daemon, type LogLine } from '../../test/support/daemon.js';
import { temporaryFolder } from '../../test/support/temporary.js';
import type { Outputs } from '../../test/support/topics.js';
import { comparedSeatmapd } from '../cases.js';
import type { PreparedInput } from '../input/prepare.js';
import { seatmapdConfiguration } from '../sides/seatmapd.js';
import type { Takeover } from './takeover.js';

const startTimeoutMs = 120_000;
const metricsIntervalMs = 500;
/** Longer than a standby needs to notice that the changelog went on. */
const noticedMs = 3_000;

/** One of the two instances, on a state of its own. */
export class Instance {
  readonly daemon: Daemon;

  constructor(
    name: string,
    { standby }: Takeover,
    { load, topics }: PreparedInput,
    outputs: Outputs,
    bootstrapServers: string,
  ) {
    const folder = temporaryFolder(`takeover-${name}`);
    const context = { bootstrapServers, inputs: topics, outputs, shape: load.shape, folder };
    const configuration = {
      ...seatmapdConfiguration(comparedSeatmapd, context),
      ...{ instance: name, metrics: { intervalMs: metricsIntervalMs } },
      state: { directory: join(folder, 'state'), standby },
    };
    const file = join(folder, 'seatmapd.yaml');
    writeFileSync(file, stringify(configuration));
    this.daemon = new Daemon(['run', '-c', file]);
  }

  /** Resolves with the line that says that it is ready, later than `afterMs` since the epoch. */
  ready(afterMs = 0): Promise<LogLine> {
    return this.daemon.waitFor('ready', ({ time }) => Number(time) > afterMs, startTimeoutMs);
  }

  /** Resolves when it follows so many partitions to their ends. */
  async level(partitions: number): Promise<void> {
    const fromMs = Date.now() + noticedMs;
    const isLevel = ({ time, standbyPartitions, standbyLagRecords }: LogLine): boolean =>
      Number(time) > fromMs && standbyPartitions === partitions && standbyLagRecords === 0;
    await this.daemon.waitFor('metrics', isLevel, startTimeoutMs);
  }
}
