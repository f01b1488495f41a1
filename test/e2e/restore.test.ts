import assert from 'node:assert/strict';
import { cpSync, rmSync } from 'node:fs';
import { type Broker, brokerOrSkip } from '../support/broker.js';
import { type Configuration, writeConfiguration } from '../support/configuration.js';
import { type Daemon, killDaemons, startDaemon } from '../support/daemon.js';
import { oneRequestEach, requestRecord } from '../support/load.js';
import { produceAll } from '../support/produce.js';
import { untilConsumed } from '../support/progress.js';
import { Random } from '../support/random.js';
import { createAllTopics, type Topics } from '../support/topics.js';
import { verify } from '../support/verify.js';
import type { Init } from '../support/wire.js';
import { describeForEachIo } from './io.js';
import { consumeAll, drain, expectedOf, loadInputs, requestsStartMs } from './run.js';

const partitions = 8;

describeForEachIo('restore', (io, itOnce) => {
  const requests = io === 'packed' ? 20_000 : 8_000;
  let broker: Broker;
  let topics: Topics;
  let sections: Init[];
  let configuration: Configuration;

  before(async function () {
    broker = await brokerOrSkip(this);
  });
  beforeEach(async () => {
    topics = await createAllTopics(broker.bootstrapServers, partitions);
    sections = await loadInputs(broker, topics, new Random(6), { sections: 80, rows: 20, seatsPerRow: 30, requests });
    configuration = writeConfiguration(broker.bootstrapServers, topics, { io });
    await consumeAll(broker, topics, configuration);
  });
  afterEach(killDaemons);

  /** Asks for a seat of every section, `round` by round later than everything before. */
  const askEverySection = (round: number): Promise<void> =>
    produceAll(
      broker.bootstrapServers,
      oneRequestEach(sections, `round-${round}`).map((request) =>
        requestRecord(topics, request, requestsStartMs + requests + round * 10_000),
      ),
    );

  /** Starts on what there is; then every section gives the answer that it would have given uninterrupted. */
  async function restoredFrom(source: string, round: number): Promise<Daemon> {
    const daemon = startDaemon(configuration.file);
    await daemon.waitFor('ready');
    assertRestored(daemon, source);
    await askEverySection(round);
    await untilConsumed(broker.bootstrapServers, topics, daemon);
    await drain(daemon);
    const expected = await expectedOf(broker, topics);
    assert.equal(expected.answers.size, requests + sections.length * round);
    await verify(broker.bootstrapServers, topics, expected);
    return daemon;
  }

  itOnce('a second start is ready from the store alone and reads no changelog', async () => {
    const daemon = await restoredFrom('store', 1);
    for (const { imagesRead } of daemon.events('restored')) assert.equal(imagesRead, 0);
  });

  it('without its state directory it restores every section from the changelog', async () => {
    rmSync(configuration.stateDirectory, { recursive: true });
    const daemon = await restoredFrom('changelog', 1);
    const total = (field: string) => daemon.events('restored').reduce((sum, line) => sum + Number(line[field]), 0);
    assert.equal(total('sections'), sections.length);
    assert.ok(total('imagesRead') >= sections.length, `${total('imagesRead')} images read`);
  });

  it('a store rolled back catches up from the changelog', async () => {
    const copy = `${configuration.stateDirectory}-copy`;
    cpSync(configuration.stateDirectory, copy, { recursive: true });
    await askEverySection(1);
    await consumeAll(broker, topics, configuration);
    rmSync(configuration.stateDirectory, { recursive: true });
    cpSync(copy, configuration.stateDirectory, { recursive: true });
    await restoredFrom('changelog', 2);
  });
});

function assertRestored(daemon: Daemon, source: string): void {
  const restored = daemon.events('restored').map((line) => `${line.partition} ${line.source}`);
  const wanted = Array.from({ length: partitions }, (_, partition) => `${partition} ${source}`);
  assert.deepEqual([...restored].sort(), wanted, daemon.tail());
}
