import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { schemas } from '../../src/schemas.js';
import { ShopProcess } from '../examples/shop.js';
import type { Broker } from '../support/broker.js';
import { writeConfiguration } from '../support/configuration.js';
import { Daemon, startDaemon } from '../support/daemon.js';
import { examplesOf } from '../support/documents.js';
import { asJavaHasIt, withHeader } from '../support/framing.js';
import { projectRoot } from '../support/kafka-jars.js';
import { initRecord } from '../support/load.js';
import { produceAll } from '../support/produce.js';
import type { Registry } from '../support/registry.js';
import { until } from '../support/status-topic.js';
import { createAllTopics, type Topics } from '../support/topics.js';
import { drain } from './run.js';

/** The readers of framed topics, which share broker and registry with the tests of the daemon. */
export function testReaders(of: () => { readonly broker: Broker; readonly registry: Registry }): void {
  it('is read by watch, by the example server, and by docs/CLIENT.md’s lines; a refused init moves no seats on the board', async () => {
    const { broker, registry } = of();
    const { bootstrapServers } = broker;
    const topics = await createAllTopics(bootstrapServers, 4);
    const id = await registry.register(`${topics.init}-value`, asJavaHasIt(schemas.SectionInitCommand));
    const setUp = (section: string, rows: number): Promise<void> => {
      const init = { eventId: 1n, section, rows, seatsPerRow: 5, initialReserved: [] };
      return produceAll(bootstrapServers, [withHeader(initRecord(topics, init, Date.now()), id)]);
    };
    await setUp('A', 2);
    const avro = { framing: 'confluent', registry: { url: registry.url, timeoutMs: 2_000 } };
    const { file } = writeConfiguration(bootstrapServers, topics, { avro, init: { onSold: 'refuse' } });
    const daemon = startDaemon(file);
    const shop = await ShopProcess.start(bootstrapServers, topics, { registryUrl: registry.url });
    await shop.warm();
    await shop.untilLeft('A', 10);
    const { status, body } = await shop.reserve('A', 3);
    assert.deepEqual([status, body.seats], [201, ['A-1', 'A-2', 'A-3']]);
    await shop.untilLeft('A', 7);
    assert.equal((await shop.reserve('A', 8)).body.status, 'TURNED_AWAY');

    const board = new Daemon(['watch', '--json', '-c', file]);
    const seats = (): string[] =>
      board.lines.map(({ section, availableCount, seatCount }) => `${section}: ${availableCount} of ${seatCount}`);
    const shown = (isTrue: () => boolean): Promise<void> => until(isTrue, () => board.tail());
    await shown(() => board.lines.some(({ type }) => type === 'ready'));
    await setUp('A', 20);
    await daemon.waitFor('deadLetter');
    await setUp('Balcony', 1);
    await shown(() => seats().includes('Balcony: 5 of 5'));
    // Once at the start, and once more by the status that the refused command caused.
    await shown(() => seats().filter((line) => line.startsWith('A: ')).length >= 2);

    assert.equal(await runExample(bootstrapServers, registry.url, topics), "CONFIRMED [ 'Balcony-1', 'Balcony-2' ]\n");
    await shown(() => seats().includes('Balcony: 3 of 5'));
    assert.deepEqual(new Set(seats().filter((line) => line.startsWith('A: '))), new Set(['A: 7 of 10']));
    await board.stop();
    assert.deepEqual(await shop.process.stop(), { code: 0, signal: null }, shop.process.tail());
    await drain(daemon);
  });
}

/** What the example of a registry in docs/CLIENT.md prints, with this broker, registry and these topics for its own. */
async function runExample(bootstrapServers: string, registryUrl: string, topics: Topics): Promise<string> {
  const [, example = assert.fail('docs/CLIENT.md has no example of a registry')] = examplesOf('docs/CLIENT.md');
  const names = {
    ...{ '127.0.0.1:9092': bootstrapServers, 'http://127.0.0.1:8081': registryUrl },
    ...{ 'section-init': topics.init, 'reservation-requests': topics.requests },
    ...{ 'reservation-completed': topics.results, 'section-status': topics.status },
  };
  let script = example;
  for (const [name, own] of Object.entries(names)) {
    assert.ok(script.includes(`'${name}'`), name);
    script = script.replace(`'${name}'`, `'${own}'`);
  }
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], {
    cwd: projectRoot,
  });
  return stdout;
}
