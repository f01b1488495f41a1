import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { stripVTControlCharacters } from 'node:util';
import { type Broker, brokerOrSkip } from '../../support/broker.js';
import { type Configuration, writeConfiguration } from '../../support/configuration.js';
import { Daemon, killDaemons } from '../../support/daemon.js';
import { imageOf } from '../../support/fakes/images.js';
import { pause } from '../../support/kafka-client.js';
import { initRecord, loadStartMs } from '../../support/load.js';
import { produceAll } from '../../support/produce.js';
import { createAllTopics, type Topics } from '../../support/topics.js';
import { statusCodec } from '../../support/wire.js';
import { seatmapd } from './seatmapd.js';

const launcher = 'bin/seatmapd.cjs';

describe('seatmapd watch', () => {
  let broker: Broker;
  let topics: Topics;
  let configuration: Configuration;

  before(async function () {
    broker = await brokerOrSkip(this);
    topics = await createAllTopics(broker.bootstrapServers, 3);
    configuration = writeConfiguration(broker.bootstrapServers, topics);
    const image = (key: string, value: Buffer | null) => ({
      ...{ topic: topics.changelog, key: Buffer.from(key), value, timestampMs: loadStartMs },
    });
    const of = (key: string, rows: number): Buffer =>
      imageOf(key, { rows, seatsPerRow: 50, taken: rows * 50 - 25 }, loadStartMs);
    const images = [
      // The latest counts, none that was removed, and none that is another's.
      ...[image('1-Balcony 2', of('1-Balcony 2', 7)), image('1-Balcony 2', of('1-Balcony 2', 2))],
      ...[image('1-Balcony 10', of('1-Balcony 10', 3)), image('1-Balcony 10', null)],
      image('7-Floor', of('1-Floor', 100)),
    ];
    // A command that no daemon has carried out says nothing.
    const init = { eventId: 1n, section: 'Balcony 2', rows: 9, seatsPerRow: 50, initialReserved: [] };
    await produceAll(broker.bootstrapServers, [...images, initRecord(topics, init, loadStartMs)]);
    await tell('Balcony 2', 25);
    await tell('Balcony 10', 0);
    await tell('Floor', 1_234, 7n);
  });
  afterEach(killDaemons);

  /** Writes a status as the daemon would. */
  const tell = (section: string, availableCount: number, eventId = 1n): Promise<void> => {
    const value = statusCodec.encode({ eventId, section, availableCount, timestamp: 5n });
    const key = Buffer.from(`${eventId}-${section}`);
    return produceAll(broker.bootstrapServers, [{ topic: topics.status, key, value, timestampMs: loadStartMs }]);
  };
  const watch = (...words: string[]): Daemon => new Daemon(['watch', '-c', configuration.file, ...words]);
  const line = (section: string, availableCount: number, seatCount: number | null = null, eventId = 1) => ({
    ...{ type: 'section', eventId, section, availableCount, seatCount, timestampMs: 5 },
  });

  it('shows what there is once: seats of the image, at least the largest count without one', async () => {
    const once = watch('1', '--once');
    assert.deepEqual(await once.exited, { code: 0, signal: null }, once.tail());
    assert.match(once.text[0] ?? '', /^seatmapd watch {3}event 1 in \S+-section-status {3}live$/);
    assert.match(once.text[1] ?? '', /^2 sections, 1 sold out {3}25 of ≥100 seats left/);
    assert.match(once.text[3] ?? '', /^ Balcony 2 {2}█+░+ +25 \/ +100$/);
    assert.match(once.text[4] ?? '', /^ Balcony 10 ░+ sold out \/ +\?$/);
  });

  it('writes JSON: every section, ready, then each update; and ends by SIGTERM', async () => {
    const json = watch('--json');
    const ready = () => json.lines.findIndex((one) => one.type === 'ready');
    while (ready() < 0 && !json.ended) await pause(10);
    assert.deepEqual(json.lines, [
      line('Balcony 2', 25, 100),
      line('Balcony 10', 0),
      line('Floor', 1_234, null, 7),
      { type: 'ready', sections: 3 },
    ]);
    await tell('Floor', 1_230, 7n);
    while (json.lines.length < 5) await pause(10);
    assert.deepEqual(json.lines.slice(4), [line('Floor', 1_230, null, 7)]);
    assert.deepEqual(await json.stop(), { code: 143, signal: null }, json.tail());
  });

  it('takes the whole terminal, obeys its keys, and leaves it as it was', async () => {
    // util-linux's script gives the command a terminal of its own, and its output and keys to us.
    const command = `stty rows 24 cols 80; ${process.execPath} ${launcher} watch 1 -c ${configuration.file}; echo "code $?"; stty -a`;
    const terminal = spawn('script', ['-qfec', command, '/dev/null'], {
      stdio: ['pipe', 'pipe', 'inherit'],
      env: { ...process.env, CI: '', TERM: 'xterm' },
    });
    let written = '';
    terminal.stdout.on('data', (chunk: Buffer) => {
      written += chunk.toString();
    });
    const ended = new Promise<void>((resolve) => terminal.once('close', () => resolve()));
    const shown = async (text: RegExp): Promise<void> => {
      while (!text.test(stripVTControlCharacters(written)) && terminal.exitCode === null) await pause(10);
      assert.match(stripVTControlCharacters(written), text);
    };
    await shown(/Balcony 10 ░+ sold out/);
    await shown(/1–2 of 2/);
    terminal.stdin.write('/10');
    await shown(/filter: 10▏ 1–1 of 1/);
    terminal.stdin.write('\rq');
    await ended;
    assert.ok(written.startsWith('\u001b[?1049h\u001b[?25l'), written);
    const after = written.slice(written.indexOf('\u001b[?25h\u001b[?1049l'));
    assert.match(after, /code 0\r\n[\s\S]* icanon .*[\s\S]* echo /);
  });

  it('says that there is no such topic', () => {
    const words = ['watch', '-c', configuration.file, '--set', 'topics.status=nowhere', '--once'];
    const { status, stderr } = seatmapd(words);
    assert.equal(status, 78);
    assert.match(stderr, /There is no topic nowhere at 127\.0\.0\.1:\d+/);
  });
});
