import { setTimeout as sleep } from 'node:timers/promises';
import { chromium } from 'playwright-core';
import { ApiServer } from './api-server/server.js';
import { readSettings } from './api-server/settings.js';
import { Sale } from './stage/sale.js';
import { eventId, stadiumSeats } from './stage/stadium.js';
import { Stage } from './stage/stage.js';

/** Takes docs/live-page.png: the live page in the middle of a sale, on the stage of the example. */
const [file = 'docs/live-page.png', executablePath = '/usr/bin/chromium'] = process.argv.slice(2);
const requestsPerSecond = 200;
/** The share of seats that are left when the picture is taken. */
const shareLeft = 0.3;
const size = { width: 1120, height: 744 };
/** Pixels of the picture for one of the page: it keeps the file below 200 KB. */
const scale = 0.85;

const fail = (error: unknown): never => {
  process.stderr.write(`${String(error)}\n`);
  process.exit(1);
};

const stage = await Stage.start(fail);
const settings = { ...readSettings(['--port', '0'], {}), bootstrapServers: stage.bootstrapServers };
const server = await ApiServer.start({ ...settings, catalogue: { [eventId]: stadiumSeats } });
const sale = new Sale(server.url, requestsPerSecond, async () => fail('sold out before the picture was taken'));
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-dev-shm-usage'] });
try {
  const page = await browser.newPage({ viewport: size, deviceScaleFactor: scale, colorScheme: 'dark' });
  await page.goto(`${server.url}/?event=${eventId}`);
  sale.run().catch(fail);
  const seats = Object.values(stadiumSeats).reduce((sum, count) => sum + count, 0);
  for (let left = seats; left > shareLeft * seats; await sleep(100)) {
    left = Number(((await page.locator('#left').textContent()) ?? '').replaceAll(',', '')) || seats;
  }
  await page.screenshot({ path: file });
} finally {
  sale.end();
  await browser.close();
  await server.close();
  await stage.close();
}
process.exit(0);
