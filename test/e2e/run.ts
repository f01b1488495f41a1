import assert from 'node:assert/strict';
import type { Broker } from '../support/broker.js';
import { type Configuration, type Settings, writeConfiguration } from '../support/configuration.js';
import { type Daemon, startDaemon } from '../support/daemon.js';
import { type ExpectationOptions, type Expected, expect } from '../support/expected.js';
import { initRecord, loadStartMs, makeInits, makeRequests, requestRecords, type Shape } from '../support/load.js';
import { produceAll } from '../support/produce.js';
import { untilConsumed } from '../support/progress.js';
import type { Random } from '../support/random.js';
import { readTopic } from '../support/read.js';
import type { Inputs, Topics } from '../support/topics.js';
import type { Init } from '../support/wire.js';

/** What the model makes of the inputs as the broker holds them now. */
export async function expectedOf(
  { bootstrapServers }: Pick<Broker, 'bootstrapServers'>,
  inputs: Inputs,
  options: Partial<ExpectationOptions> = {},
): Promise<Expected> {
  const init = await readTopic(bootstrapServers, inputs.init);
  return expect(init, await readTopic(bootstrapServers, inputs.requests), options);
}

/** SIGTERM ends the daemon with 0, whatever it was doing. */
export async function drain(daemon: Daemon): Promise<void> {
  const exit = await daemon.stop();
  assert.deepEqual(exit, { code: 0, signal: null }, `after SIGTERM seatmapd wrote\n${daemon.tail()}`);
}

/** Starts the daemon, lets it consume every input record there is, and ends it in order. */
export async function consumeAll(broker: Broker, topics: Topics, configuration: Configuration): Promise<Daemon> {
  const daemon = startDaemon(configuration.file);
  // With nothing to do it would be told to stop before it could listen.
  await daemon.waitFor('ready');
  await untilConsumed(broker.bootstrapServers, topics, daemon);
  await drain(daemon);
  return daemon;
}

/** The same, on a new configuration. */
export async function runOnce(broker: Broker, topics: Topics, settings: Settings = {}): Promise<Configuration> {
  const configuration = writeConfiguration(broker.bootstrapServers, topics, settings);
  await consumeAll(broker, topics, configuration);
  return configuration;
}

export type LoadShape = Shape & { readonly requests: number; readonly maxSeats?: number };

/** When the requests of `loadInputs` begin; its inits are older. */
export const requestsStartMs = loadStartMs + 60_000;

/** Puts sections and requests for them into the inputs, completely, the inits with older timestamps. */
export async function loadInputs(broker: Broker, inputs: Inputs, random: Random, shape: LoadShape): Promise<Init[]> {
  const sections = makeInits(random, shape);
  const { requests: count, maxSeats = 4 } = shape;
  const requests = makeRequests(random, sections, { count, maxSeats, label: 'request' });
  const inits = sections.map((init, index) => initRecord(inputs, init, loadStartMs + index));
  await produceAll(broker.bootstrapServers, inits);
  await produceAll(
    broker.bootstrapServers,
    requestRecords(inputs, requests, { startMs: requestsStartMs, random, jitterMs: 20 }),
  );
  return sections;
}
