import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { FaultLoad } from '../fault/support/load.js';
import { verifyRun } from '../fault/support/verify-run.js';
import { type Broker, brokerOrSkip } from '../support/broker.js';
import { type Configuration, writeConfiguration } from '../support/configuration.js';
import { Daemon, killDaemons, startDaemon } from '../support/daemon.js';
import { oneRequestEach, requestRecord } from '../support/load.js';
import { produceAll } from '../support/produce.js';
import { untilConsumed } from '../support/progress.js';
import { readTopic } from '../support/read.js';
import { temporaryFolder } from '../support/temporary.js';
import { verify } from '../support/verify.js';
import { sectionKey } from '../support/wire.js';
import { drain, expectedOf } from './run.js';

const shape = { sections: 60, rows: 20, seatsPerRow: 30, partitions: 8 };
const removedEvent = 2n;
/** Commands of `state remove` are dated when they are sent; what is asked after them has to be later. */
const laterMs = (): number => Date.now() + 60_000;

describe('state tools on a real Kafka', () => {
  let broker: Broker;
  before(async function () {
    broker = await brokerOrSkip(this);
  });
  afterEach(killDaemons);

  async function state(configuration: Configuration, ...words: string[]): Promise<Daemon> {
    const tool = new Daemon(['state', ...words, '-c', configuration.file]);
    const { code } = await tool.exited;
    assert.equal(code, 0, `state ${words.join(' ')} wrote\n${tool.tail()}`);
    return tool;
  }

  it('look at a daemon under load without disturbing it; a backup is restored; a removed event stays removed', async () => {
    const load = await FaultLoad.create(broker, shape);
    const { topics } = load;
    const removed = load.sections.filter(({ eventId }) => eventId === removedEvent);
    // Small batches: images and marks are written as often as can be.
    const settings = { batch: { maxMessages: 200 } };
    const configuration = writeConfiguration(broker.bootstrapServers, topics, settings);
    const backup = join(temporaryFolder('backup'), 'one');
    const daemon = startDaemon(configuration.file);
    await daemon.waitFor('ready');
    load.askSteadily(1_500);
    await load.ask(3_000);

    // What looks at the state goes on while the daemon works, several at a time.
    const [verified] = await Promise.all([
      state(configuration, 'verify', '--changelog'),
      state(configuration, 'list'),
      state(configuration, 'export', '--format', 'avro', '-o', join(temporaryFolder('export'), 'state.avro')),
      state(configuration, 'backup', backup),
    ]);
    assert.match(verified.text.join('\n'), /verified 60 sections in 8 partitions: 0 problems, 0 notes/);
    await load.finish(load.count + 1_000);
    await untilConsumed(broker.bootstrapServers, topics, daemon);

    // At rest the tools say what the model says.
    const { seats } = await expectedOf(broker, topics);
    const listed = (await state(configuration, 'list', '--json')).lines;
    const free = (text: string): number => (seats.get(text) ?? new Uint8Array()).reduce((sum, one) => sum + one, 0);
    assert.equal(listed.length, shape.sections);
    for (const { eventId, section, available } of listed) assert.equal(available, free(`${eventId}-${section}`));
    const [first] = load.sections;
    assert.ok(first !== undefined);
    const [shown] = (await state(configuration, 'show', String(first.eventId), first.section, '--json')).lines;
    const taken = [...(seats.get(sectionKey(first)) ?? [])].flatMap((one, index) => (one === 0 ? [index + 1] : []));
    assert.deepEqual(shown?.taken, taken);
    await drain(daemon);
    await verifyRun(load, { owner: configuration });
    assert.deepEqual([daemon.events('aborted'), daemon.events('storeSetAside')], [[], []]);

    // The commands wait for a daemon: this one has the backup's stores.
    rmSync(configuration.stateDirectory, { recursive: true });
    await state(configuration, 'restore', backup);
    const dry = await state(configuration, 'remove', String(removedEvent));
    assert.match(dry.text.join('\n'), new RegExp(`${removed.length} sections of 1 event .*\nnothing was removed`));
    const removing = new Daemon(['state', 'remove', String(removedEvent), '--yes', '-c', configuration.file]);
    const restored = startDaemon(configuration.file);
    await restored.waitFor('ready');
    assert.deepEqual([restored.events('storeSetAside'), (await removing.exited).code], [[], 0], removing.tail());
    let further = 0;
    const askEverySection = async (): Promise<void> => {
      const requests = oneRequestEach(load.sections, `later-${further}`);
      further += requests.length;
      await produceAll(
        broker.bootstrapServers,
        requests.map((request) => requestRecord(topics, request, laterMs())),
      );
    };
    await askEverySection();
    await untilConsumed(broker.bootstrapServers, topics, restored);
    assert.equal((await state(configuration, 'list', '--json')).lines.length, shape.sections - removed.length);
    await drain(restored);
    assert.ok(restored.events('sectionsRemoved').length > 0);

    // Neither a restart nor an empty disk brings them back.
    for (const isEmpty of [false, true]) {
      if (isEmpty) rmSync(configuration.stateDirectory, { recursive: true });
      const again = startDaemon(configuration.file);
      await again.waitFor('ready');
      await askEverySection();
      await untilConsumed(broker.bootstrapServers, topics, again);
      await drain(again);
    }
    const found = await state(configuration, 'verify', '--changelog');
    const sections = shape.sections - removed.length;
    assert.match(found.text.join('\n'), new RegExp(`verified ${sections} sections in 8 partitions: 0 problems`));
    const expected = await expectedOf(broker, topics);
    assert.equal(expected.answers.size, load.count + further);
    for (const init of removed) assert.ok(!expected.seats.has(sectionKey(init)));
    await verify(broker.bootstrapServers, topics, expected);
    const statuses = (await readTopic(broker.bootstrapServers, topics.status)).flat();
    const lastOf = new Map(statuses.map(({ key, value }) => [String(key), value]));
    for (const init of removed) assert.equal(lastOf.get(sectionKey(init)), null, 'a cache of the counts forgets it');
  });
});
