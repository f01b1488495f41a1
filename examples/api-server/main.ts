import { constants } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { Sale } from '../stage/sale.js';
import { stadiumSeats, eventId as stageEvent } from '../stage/stadium.js';
import { Stage } from '../stage/stage.js';
import { ApiServer } from './server.js';
import { readSettings, type Settings, usage } from './settings.js';

const saleRequestsPerSecond = 80;
/** Between a sale that is sold out and the next one. */
const restMs = 10_000;

function fail(error: unknown): never {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}

function settingsOrExit(): Settings {
  if (process.argv.includes('--help')) {
    process.stdout.write(usage);
    process.exit(0);
  }
  try {
    return readSettings(process.argv.slice(2), process.env);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
    process.exit(2);
  }
}

/** The server on your Kafka; or, without one, on a stage of its own, with a sale going on. */
async function main(): Promise<void> {
  const settings = settingsOrExit();
  const stage = settings.bootstrapServers === undefined ? await Stage.start(fail) : undefined;
  const server = await ApiServer.start(
    stage === undefined
      ? settings
      : {
          ...settings,
          // The stage's daemon writes bare Avro.
          registryUrl: undefined,
          bootstrapServers: stage.bootstrapServers,
          catalogue: { [stageEvent]: stadiumSeats, ...settings.catalogue },
        },
  );
  const nextSale = (): Promise<void> => sleep(restMs, undefined, { ref: false }).then(() => stage?.setUpSections());
  const sale = stage === undefined ? undefined : new Sale(server.url, saleRequestsPerSecond, nextSale);
  sale?.run().catch(fail);
  process.stdout.write(`The API server listens on ${server.url}; its live page: ${server.url}/?event=${stageEvent}\n`);

  let isEnding = false;
  const end = (signal: NodeJS.Signals): void => {
    // Asked a second time, the process ends at once.
    if (isEnding) process.exit(128 + constants.signals[signal]);
    isEnding = true;
    sale?.end();
    server
      .close()
      .then(() => stage?.close())
      .then(() => process.exit(0), fail);
  };
  process.on('SIGINT', end);
  process.on('SIGTERM', end);
}

await main().catch(fail);
