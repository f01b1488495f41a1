import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { Browser, Page } from 'playwright-core';
import { type Broker, brokerOrSkip } from '../support/broker.js';
import { writeConfiguration } from '../support/configuration.js';
import { type Daemon, killDaemons, startDaemon } from '../support/daemon.js';
import { pause } from '../support/kafka-client.js';
import { initRecord, loadStartMs } from '../support/load.js';
import { produceAll } from '../support/produce.js';
import { readTopic } from '../support/read.js';
import { createAllTopics, type Topics } from '../support/topics.js';
import { startBrowser } from './browser.js';
import { ShopProcess } from './shop.js';

/** What is looked at over and over until it is so; the test's own time limit ends it. */
async function until(condition: () => Promise<boolean> | boolean): Promise<void> {
  while (!(await condition())) await pause(20);
}

describe('the example API server on a real Kafka, with the daemon', () => {
  let broker: Broker;
  let topics: Topics;
  let configurationFile: string;
  let daemon: Daemon;
  let shop: ShopProcess;

  before(async function () {
    broker = await brokerOrSkip(this);
    topics = await createAllTopics(broker.bootstrapServers, 4);
    const sections = [
      { eventId: 1n, section: 'A', rows: 2, seatsPerRow: 5, initialReserved: ['A-1'] },
      { eventId: 1n, section: 'B', rows: 1, seatsPerRow: 3, initialReserved: [] },
      { eventId: 1n, section: 'C-1', rows: 4, seatsPerRow: 50, initialReserved: [] },
      { eventId: 2n ** 60n, section: 'A', rows: 1, seatsPerRow: 7, initialReserved: [] },
    ];
    const inits = sections.map((init) => initRecord(topics, init, loadStartMs));
    await produceAll(broker.bootstrapServers, inits);
    configurationFile = writeConfiguration(broker.bootstrapServers, topics).file;
    daemon = startDaemon(configurationFile);
    [shop] = await Promise.all([ShopProcess.start(broker.bootstrapServers, topics), daemon.waitFor('ready')]);
    await shop.warm();
    await shop.untilLeft('C-1', 200);
  });
  after(killDaemons);

  const requestsWritten = async (): Promise<number> =>
    (await readTopic(broker.bootstrapServers, topics.requests)).flat().length;

  it('lists the sections of an event, of any 64 bits, and nothing of unknown ones', async () => {
    await until(async () => Object.keys(await shop.left()).length === 3);
    assert.deepEqual(await shop.left(), { A: 9, B: 3, 'C-1': 200 });
    assert.deepEqual(await shop.left(2n ** 60n), { A: 7 });
    assert.deepEqual(await shop.left(3), {});
    assert.equal((await shop.get('/events/one/sections')).status, 400);
  });

  it('answers a reservation with its seats, and turns a hopeless one away without writing to Kafka', async () => {
    const { status, body } = await shop.reserve('B', 2);
    assert.equal(status, 201, JSON.stringify(body));
    assert.deepEqual(body.seats, ['B-1', 'B-2']);
    assert.deepEqual((await shop.get(`/reservations/${body.reservationId}`)).body, body);
    await shop.untilLeft('B', 1);
    const written = await requestsWritten();
    assert.deepEqual(await shop.reserve('B', 2), {
      status: 409,
      body: { status: 'TURNED_AWAY', section: 'B', availableCount: 1 },
    });
    assert.equal(await requestsWritten(), written);
  });

  it('lets the daemon decide about a section that the cache does not know', async () => {
    const { status, body } = await shop.reserve('nowhere', 1);
    assert.deepEqual([status, body.status, body.seats], [409, 'REJECTED', []]);
    const far = await shop.reserve('A', 7, String(2n ** 60n));
    assert.deepEqual([far.status, far.body.eventId], [201, String(2n ** 60n)]);
  });

  it('refuses what is no wish', async () => {
    const wishes = [shop.reserve('A', 0), shop.reserve('A', 21), shop.reserve('', 1), shop.reserve('A', 1, 'one')];
    assert.deepEqual(
      (await Promise.all(wishes)).map(({ status }) => status),
      [400, 400, 400, 400],
    );
  });

  it('says where to ask when the answer is not there in time, and has it when the daemon is back', async () => {
    await daemon.stop();
    const { status, body } = await shop.reserve('A', 3);
    assert.deepEqual([status, body.status], [202, 'UNKNOWN']);
    assert.equal((await shop.get(String(body.outcome))).status, 404);
    daemon = startDaemon(configurationFile);
    await until(async () => (await shop.get(String(body.outcome))).status === 200);
    const answer = await shop.get(String(body.outcome));
    assert.deepEqual([answer.body.status, answer.body.seats], ['CONFIRMED', ['A-2', 'A-3', 'A-4']]);
    assert.equal((await shop.get(`/reservations/${randomUUID()}`)).status, 404);
  });

  describe('the live page in a browser', () => {
    let browser: Browser;
    let page: Page;
    const problems: string[] = [];

    before(async function () {
      const started = await startBrowser();
      if (started === undefined) this.skip();
      browser = started;
      page = await browser.newPage();
      page.on('pageerror', (error) => problems.push(error.message));
      page.on('console', (message) => {
        // A stream that is lost is in the console, too.
        if (message.type() === 'error' && !/Failed to load resource|net::ERR/.test(message.text()))
          problems.push(message.text());
      });
      await page.goto(`${shop.url}/?event=1`);
    });
    after(() => browser?.close());

    const shows = (section: string, count: string): Promise<unknown> =>
      page.locator(`[data-section="${section}"] .count`).getByText(count, { exact: true }).waitFor();
    const state = (name: string): Promise<unknown> => page.locator(`#connection[data-state="${name}"]`).waitFor();

    it('draws each section, follows the sale and marks what is sold out', async () => {
      await state('live');
      await Promise.all([shows('A', '6'), shows('B', '1'), shows('C-1', '200')]);
      assert.equal((await shop.reserve('B', 1)).status, 201);
      await shows('B', 'sold out');
      assert.equal(await page.locator('[data-section="B"]').getAttribute('data-level'), '0');
      assert.equal(await page.locator('[data-section="C-1"]').getAttribute('data-level'), '6');
      await page.locator('#of').getByText('1 of 3 sold out').waitFor();
      await page.locator('#show-list').click();
      await page.locator('#rows').getByText('sold out').waitFor();
      await page.locator('#show-map').click();
    });

    it('finds the server again after it was restarted, and shows what was sold meanwhile', async () => {
      const { port } = shop;
      assert.deepEqual(await shop.process.stop(), { code: 0, signal: null }, shop.process.tail());
      await state('reconnecting');
      shop = await ShopProcess.start(broker.bootstrapServers, topics, { port });
      await shop.warm();
      assert.equal((await shop.reserve('C-1', 10)).status, 201);
      await state('live');
      await shows('C-1', '190');
      assert.deepEqual(problems, []);
    });
  });

  // In a block of its own, so that it comes last.
  describe('its end', () => {
    it('ends in order while pages are open', async () => {
      const stream = await fetch(`${shop.url}/events/1/stream`);
      assert.equal(stream.headers.get('content-type'), 'text/event-stream');
      const [exit, text] = await Promise.all([shop.process.stop(), stream.text()]);
      assert.deepEqual(exit, { code: 0, signal: null }, shop.process.tail());
      assert.match(text, /^retry: 1000\n\nevent: snapshot\ndata: \[\[/);
    });
  });
});
