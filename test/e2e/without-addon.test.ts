import assert from 'node:assert/strict';
import { cpSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { type Broker, brokerOrSkip } from '../support/broker.js';
import { writeConfiguration } from '../support/configuration.js';
import { Daemon, killDaemons } from '../support/daemon.js';
import { projectRoot } from '../support/kafka-jars.js';
import { untilConsumed } from '../support/progress.js';
import { Random } from '../support/random.js';
import { temporaryFolder } from '../support/temporary.js';
import { createAllTopics } from '../support/topics.js';
import { verify } from '../support/verify.js';
import { drain, expectedOf, loadInputs } from './run.js';

/** The compiled daemon in a folder of its own, as an installation looks in which native/ could not be built. */
function installWithoutAddon(): string {
  const folder = temporaryFolder('without-addon');
  for (const part of ['bin', 'dist', 'schemas', 'package.json']) {
    cpSync(join(projectRoot, part), join(folder, part), { recursive: true });
  }
  symlinkSync(join(projectRoot, 'node_modules'), join(folder, 'node_modules'));
  return join(folder, 'bin', 'seatmapd.cjs');
}

describe('without the native addon', () => {
  let broker: Broker;
  before(async function () {
    broker = await brokerOrSkip(this);
  });
  afterEach(killDaemons);

  it('one warning says why, the answers are the same, and a restart is the same member of the group', async () => {
    const topics = await createAllTopics(broker.bootstrapServers, 4);
    const shape = { sections: 20, rows: 10, seatsPerRow: 20, requests: 5_000 };
    await loadInputs(broker, topics, new Random(12), shape);
    const { file } = writeConfiguration(broker.bootstrapServers, topics);
    const launcher = installWithoutAddon();

    const first = new Daemon(['run', '-c', file], { from: launcher });
    await untilConsumed(broker.bootstrapServers, topics, first);
    assert.equal(first.events('nativeUnavailable').length, 1, first.tail());
    await first.kill();

    const second = new Daemon(['run', '-c', file], { from: launcher });
    await second.waitFor('ready');
    await drain(second);
    await verify(broker.bootstrapServers, topics, await expectedOf(broker, topics));
  });
});
