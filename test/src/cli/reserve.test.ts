import assert from 'node:assert/strict';
import { type Broker, brokerOrSkip } from '../../support/broker.js';
import { type Configuration, writeConfiguration } from '../../support/configuration.js';
import { Daemon, killDaemons, startDaemon } from '../../support/daemon.js';
import { createAllTopics } from '../../support/topics.js';
import { seatmapd } from './seatmapd.js';

const bigEvent = '9223372036854775807';
const uuid = '[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}';

describe('seatmapd reserve', () => {
  it('refuses mistakes with a sentence and exit code 78, before it connects', () => {
    const offline = ['--set', 'kafka.client.bootstrap.servers=127.0.0.1:1'];
    for (const seats of ['0', '-1', 'two', '2147483648']) {
      const { status, stderr } = seatmapd(['reserve', ...offline, '1', 'A', '--', seats]);
      assert.match(stderr, /'seats'.*expected a whole number from 1 to 2147483647/);
      assert.equal(status, 78);
    }
    const { status, stderr } = seatmapd(['reserve', ...offline, '1', '', '2']);
    assert.match(stderr, /section's name can't be empty/);
    assert.equal(status, 78);
  });

  it('has examples in its help', () => {
    assert.match(seatmapd(['reserve', '--help']).stdout, /Examples:\n {2}seatmapd reserve 1 A 2/);
  });

  describe('on a broker', () => {
    let broker: Broker;
    let configuration: Configuration;
    before(async function () {
      broker = await brokerOrSkip(this);
      const topics = await createAllTopics(broker.bootstrapServers, 4, { results: 5, status: 3 });
      configuration = writeConfiguration(broker.bootstrapServers, topics);
    });
    afterEach(killDaemons);

    async function ask(...words: string[]): Promise<{ code: number | null; process: Daemon; text: string }> {
      const process = new Daemon([...words, '-c', configuration.file]);
      const { code } = await process.exited;
      return { code, process, text: process.text.join('\n') };
    }

    it('prints the committed answer of a running daemon: confirmed (0), rejected (1), as JSON', async () => {
      const daemon = startDaemon(configuration.file);
      await daemon.waitFor('ready');
      const init = await ask('init', bigEvent, 'A', '--rows', '1', '--seats-per-row', '5', '--reserved', 'A-1');
      assert.equal(init.code, 0, init.text);

      const confirmed = await ask('reserve', bigEvent, 'A', '2');
      assert.match(confirmed.text, new RegExp(`^CONFIRMED: A-2, A-3 \\(reservation ${uuid}\\)$`));
      assert.equal(confirmed.code, 0);

      const rejected = await ask('reserve', bigEvent, 'A', '3');
      assert.match(rejected.text, new RegExp(`^REJECTED \\(reservation ${uuid}\\)$`));
      assert.equal(rejected.code, 1);

      const { code, process } = await ask('reserve', bigEvent, 'A', '1', '--user', 'anna', '--json');
      assert.equal(code, 0, process.tail());
      const { reservationId, timestamp, ...answer } = process.lines[0] ?? {};
      assert.match(String(reservationId), new RegExp(`^${uuid}$`));
      assert.equal(typeof timestamp, 'number');
      assert.deepEqual(answer, {
        ...{ eventId: bigEvent, userId: 'anna', status: 'CONFIRMED', section: 'A', seatCount: 1 },
        allocatedSeats: ['A-4'],
      });
      assert.equal((await daemon.stop()).code, 0);
    });

    it('says that the outcome is unknown, and warns of asking again, when no answer comes in time (75)', async () => {
      const { code, text } = await ask('reserve', '1', 'A', '2', '--timeout-ms', '300');
      assert.match(
        text,
        new RegExp(`^The outcome of reservation ${uuid} is unknown: no answer in .* within 300 ms\\.`),
      );
      assert.match(text, /sending the request again would reserve twice/);
      assert.equal(code, 75);
    });
  });
});
