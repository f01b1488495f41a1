import assert from 'node:assert/strict';
import { tableOf } from '../../../src/cli/status.js';
import { configSchema } from '../../../src/config/schema.js';
import { type SnapshotSources, snapshotOf } from '../../../src/control/snapshot.js';
import { InputTopic } from '../../../src/frames.js';
import type { FakeDaemon } from '../../support/fakes/daemon.js';
import { addRequest, loadedDaemon } from '../../support/fakes/loaded-daemon.js';

const config = configSchema.parse({ kafka: { client: { 'bootstrap.servers': 'a:1' } }, instance: 'a' });

/** Of a daemon in memory, whose inputs end where `rangeOf` says. */
const sourcesOf = (daemon: FakeDaemon, rangeOf?: SnapshotSources['rangeOf']): SnapshotSources => ({
  ...{ version: '1.2.3', startedAtMs: Date.now() - 3_700_000, config },
  ...{ lifeCycle: daemon.lifeCycle, pipeline: daemon.pipeline },
  standingBy: () => [],
  rangeOf: rangeOf ?? (async (topic, partition) => daemon.kafka.range(topic, partition)),
  lastError: () => undefined,
  configuration: () => ({ version: 1, file: null, loadedAtMs: 0, logLevel: 'info' }),
});

describe('the snapshot', () => {
  it('tells partitions, their committed offsets, and no lag where all is committed, whatever markers follow', async () => {
    const daemon = loadedDaemon().start(0, 1);
    await daemon.caughtUp(0, 1);
    const sources = sourcesOf(daemon, async (topic, partition) => {
      const { low, high } = daemon.kafka.range(topic, partition);
      return { low, high: high + 1 };
    });
    const { partitions, lag, lifeCycle, batchesInFlight } = await snapshotOf(sources);
    assert.deepEqual(
      partitions,
      [0, 1].map((partition) => ({
        partition,
        init: { committed: 1, lag: 0 },
        requests: { committed: 12, lag: 0 },
      })),
    );
    assert.deepEqual([lag, lifeCycle.state, batchesInFlight], [{ total: 0, max: 0 }, 'running', 0]);
    await daemon.stop();
  });

  it('counts what came in a pause as lag', async () => {
    const daemon = loadedDaemon().start(0, 1);
    await daemon.caughtUp(0, 1);
    await daemon.pipeline.pause();
    for (const offset of [12, 13]) addRequest(daemon, 0, offset);
    addRequest(daemon, 1, 12);
    assert.deepEqual((await snapshotOf(sourcesOf(daemon))).lag, { total: 3, max: 2 });
    daemon.pipeline.resume();
    await daemon.caughtUp(0, 1);
    await daemon.stop();
  });

  it('leaves out what the brokers do not tell, and says the rest', async () => {
    const daemon = loadedDaemon().start(0, 1);
    await daemon.caughtUp(0, 1);
    await daemon.pipeline.pause();
    const rangeOf = async (topic: InputTopic) => {
      if (topic === InputTopic.requests) throw new Error('no broker');
      return { low: 0, high: 1 };
    };
    const snapshot = await snapshotOf(sourcesOf(daemon, rangeOf));
    assert.deepEqual(
      [snapshot.lag, snapshot.partitions[0]?.init.lag, snapshot.partitions[0]?.requests.lag],
      [null, 0, null],
    );
    const table = tableOf(snapshot);
    assert.match(table, /^seatmapd +1\.2\.3, seatmapd\/a, pid \d+, up 1 h 1 min, exactly_once$/m);
    assert.match(table, /^lag +not known/m);
    assert.match(table, /^ +0 +1 +0 +12 +\?$/m);
    await daemon.stop();
  });
});
