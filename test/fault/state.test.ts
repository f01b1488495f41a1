import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { type Broker, brokerOrSkip } from '../support/broker.js';
import type { Configuration } from '../support/configuration.js';
import { type Daemon, killDaemons, type LogLine, startDaemon } from '../support/daemon.js';
import { partitionOfSection } from '../support/load.js';
import { type Damage, damages, pretendReboot } from './support/damages.js';
import { itInFull } from './support/form.js';
import { FaultLoad } from './support/load.js';
import {
  configured,
  finish,
  restoredFrom,
  untilCommitted,
  untilShare,
  usualRequests,
  usualShape,
} from './support/run.js';
import { partitionFolder, partitionFolders } from './support/stores.js';
import { injected, observed } from './support/tally.js';

describe('fault: the state on the disk', () => {
  let broker: Broker;
  let load: FaultLoad;
  before(async function () {
    broker = await brokerOrSkip(this);
  });
  beforeEach(async () => {
    load = await FaultLoad.create(broker, usualShape);
    await load.ask(usualRequests / 2);
  });
  afterEach(killDaemons);

  /** Starts it and kills it in the middle of the second half of the load: every partition has committed something then. */
  async function killedMidway(configuration: Configuration): Promise<void> {
    const daemon = startDaemon(configuration.file);
    await untilCommitted(load, daemon, ({ done, total }) => done === total);
    await load.ask(usualRequests / 2);
    await untilShare(load, daemon, 0.7);
    await daemon.kill();
  }

  function inflict(damage: Damage, configuration: Configuration, partition: number): void {
    const sections = load.sections.filter((init) => partitionOfSection(init, load.partitions) === partition);
    damage.inflict(partitionFolder(configuration, load.topics.application, partition), sections);
    injected();
  }

  /** Starts it until it is ready: where LMDB crashed, systemd starts it again. Returns the lines of all starts. */
  async function ready(configuration: Configuration, starts: number): Promise<{ daemon: Daemon; lines: LogLine[] }> {
    const lines: LogLine[] = [];
    for (let start = 1; ; start++) {
      const daemon = startDaemon(configuration.file);
      const exit = await Promise.race([daemon.exited, daemon.waitFor('ready').then(() => undefined)]);
      lines.push(...daemon.lines);
      if (exit === undefined) return { daemon, lines };
      assert.ok(exit.signal !== null && start < starts, daemon.tail());
    }
  }

  /**
   * The store was set aside, if there was anything, which was told, by a later start where LMDB crashed before that; and its partition
   * was restored from the changelog.
   */
  function assertRestored(damage: Damage, lines: readonly LogLine[], partition: number): void {
    const of = (event: string) => lines.filter((line) => line.event === event && line.partition === partition);
    const reasons = of('storeSetAside').map(({ reason }) => `${reason}`);
    if (damage.reason === undefined) assert.deepEqual(reasons, [], damage.name);
    else assert.match(reasons.join(), damage.reason, damage.name);
    const sources = new Set(of('restored').map(({ source }) => `${source}`));
    assert.deepEqual([damage.name, ...sources], [damage.name, 'changelog']);
  }

  it('every damage at once, each to another partition: what is lost is restored, the rest is kept', async () => {
    const configuration = configured(load);
    await killedMidway(configuration);
    const sure = damages.filter(({ mayCrash }) => mayCrash !== true);
    for (const [partition, damage] of sure.entries()) inflict(damage, configuration, partition);
    const { daemon, lines } = await ready(configuration, 1);
    for (const [partition, damage] of sure.entries()) assertRestored(damage, lines, partition);
    const setAside = lines.filter(({ event }) => event === 'storeSetAside');
    assert.equal(setAside.length, sure.filter(({ reason }) => reason !== undefined).length, daemon.tail());
    await finish(load, daemon, { owner: configuration });
  });

  for (const damage of damages.filter(({ mayCrash }) => mayCrash === true)) {
    itInFull(
      `${damage.name}, of one partition: it is restored, at the second start if LMDB crashed on it`,
      async () => {
        const configuration = configured(load);
        await killedMidway(configuration);
        inflict(damage, configuration, 0);
        const { daemon, lines } = await ready(configuration, 2);
        assertRestored(damage, lines, 0);
        await finish(load, daemon, { owner: configuration });
      },
    );
  }

  for (const damage of damages) {
    itInFull(`${damage.name}, of all partitions: all are restored`, async () => {
      const configuration = configured(load);
      await killedMidway(configuration);
      for (let partition = 0; partition < load.partitions; partition++) inflict(damage, configuration, partition);
      const { daemon, lines } = await ready(configuration, 1 + load.partitions);
      for (let partition = 0; partition < load.partitions; partition++) assertRestored(damage, lines, partition);
      const reason = lines.find(({ event }) => event === 'storeSetAside')?.reason;
      const event = reason === undefined ? '' : `\`storeSetAside\` (${reason}), `;
      observed(damage.name, `${event}${restoredFrom(daemon)}`, daemon);
      await finish(load, daemon, { owner: configuration });
    });
  }

  // The short form does this with 10,000 sections: many-sections.test.ts.
  itInFull('deleted altogether: every section is restored from the changelog', async () => {
    const configuration = configured(load);
    await killedMidway(configuration);
    rmSync(configuration.stateDirectory, { recursive: true });
    injected();
    const daemon = startDaemon(configuration.file);
    await daemon.waitFor('ready');
    assert.deepEqual(new Set(daemon.events('restored').map(({ source }) => source)), new Set(['changelog']));
    observed('state directory deleted', restoredFrom(daemon), daemon);
    await finish(load, daemon, { owner: configuration });
  });

  it('after the machine stopped uncleanly, durability process: the stores are set aside and restored', async () => {
    const configuration = configured(load, { state: { durability: 'process' } });
    await killedMidway(configuration);
    partitionFolders(configuration, load.topics.application).forEach(pretendReboot);
    injected();
    const daemon = startDaemon(configuration.file);
    await daemon.waitFor('ready');
    const setAside = daemon.events('storeSetAside').map(({ reason }) => `${reason}`);
    assert.equal(setAside.length, load.partitions, daemon.tail());
    assert.match(setAside[0] ?? '', /the machine stopped without a clean shutdown/);
    assert.deepEqual(new Set(daemon.events('restored').map(({ source }) => source)), new Set(['changelog']));
    const seen = `\`storeSetAside\` (${setAside[0]}), ${restoredFrom(daemon)}`;
    observed('the machine stopped uncleanly, `durability: process`', seen, daemon);
    await finish(load, daemon, { owner: configuration });
  });

  it('after the machine stopped uncleanly, durability power: the stores are kept', async () => {
    const configuration = configured(load, { state: { durability: 'power' } });
    await killedMidway(configuration);
    partitionFolders(configuration, load.topics.application).forEach(pretendReboot);
    injected();
    const daemon = startDaemon(configuration.file);
    await daemon.waitFor('ready');
    assert.deepEqual(daemon.events('storeSetAside'), [], daemon.tail());
    observed('the machine stopped uncleanly, `durability: power`', restoredFrom(daemon), daemon);
    await finish(load, daemon, { owner: configuration });
  });
});
