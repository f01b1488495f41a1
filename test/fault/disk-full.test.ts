import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { type Broker, brokerOrSkip } from '../support/broker.js';
import { type Daemon, killDaemons, startDaemon } from '../support/daemon.js';
import { SmallDisk } from '../support/small-disk.js';
import { sized } from './support/form.js';
import { FaultLoad } from './support/load.js';
import { configured, finish, untilCommitted, untilShared, usualShape } from './support/run.js';
import { injected, lastWords, observed } from './support/tally.js';

const requestsPerSecond = sized(1_000, 4_000);
/** Enough for what the stores need, and soon more than what is left. */
const furtherSections = 2_000;
const diskBytes = 64 * 1_048_576;

describe('fault: no room for the state', () => {
  let broker: Broker;
  let load: FaultLoad;
  before(async function () {
    broker = await brokerOrSkip(this);
  });
  beforeEach(async () => {
    load = await FaultLoad.create(broker, usualShape);
  });
  afterEach(killDaemons);

  async function endsWith75(daemon: Daemon, sentence: RegExp): Promise<void> {
    assert.deepEqual(await daemon.exited, { code: 75, signal: null }, daemon.tail());
    assert.match(daemon.events('fatal')[0]?.msg ?? '', sentence);
  }

  /** Has it answer some of a load that goes on. */
  async function underLoad(daemon: Daemon): Promise<void> {
    await untilShared(load, daemon);
    load.askSteadily(requestsPerSecond);
    await untilCommitted(load, daemon, ({ done }) => done > load.sections.length + requestsPerSecond);
  }

  // LMDB tells a write that was cut short, as the last one before the end of the room is, as an error of input and output.
  it('a full disk: exit 75, also at each start while it is full; with room again it goes on', async function () {
    const disk = SmallDisk.mountOrSkip(this, diskBytes);
    const configuration = configured(load, { state: { directory: disk.directory } });
    const owner = { ...configuration, stateDirectory: disk.directory };
    const daemon = startDaemon(configuration.file);
    await underLoad(daemon);
    disk.fill(0);
    injected();
    await load.addSections(furtherSections);
    await endsWith75(daemon, /can't be written \((.*No space left|Input\/output error)/);
    observed('the disk of the state is full', lastWords(daemon));

    const inVain = startDaemon(configuration.file);
    await endsWith75(inVain, /No space left|ENOSPC/);
    observed('a start while it still is', lastWords(inVain));

    disk.clear();
    const again = startDaemon(configuration.file);
    await untilShared(load, again);
    observed('a start when there is room again', '`restored`', again);
    await finish(load, again, { owner });
  });

  it('a limit to the size of files: exit 75; without it, it goes on', async () => {
    const configuration = configured(load);
    const daemon = startDaemon(configuration.file);
    await underLoad(daemon);
    const limitBytes = 65_536;
    execFileSync('prlimit', ['--pid', `${daemon.pid}`, `--fsize=${limitBytes}:`]);
    injected();
    await load.addSections(furtherSections);
    await endsWith75(daemon, /can't be written \((File too large|Input\/output error)/);
    observed('a store may not grow (`LimitFSIZE`, a quota)', lastWords(daemon));
    const again = startDaemon(configuration.file);
    await untilShared(load, again);
    await finish(load, again, { owner: configuration });
  });
});
