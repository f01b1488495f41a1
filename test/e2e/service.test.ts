import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Broker, brokerOrSkip } from '../support/broker.js';
import { writeConfiguration } from '../support/configuration.js';
import { killDaemons, startDaemon } from '../support/daemon.js';
import { hasPython, NotifySocket } from '../support/notify-socket.js';
import { freePorts } from '../support/ports.js';
import { untilConsumed } from '../support/progress.js';
import { Random } from '../support/random.js';
import { temporaryFolder } from '../support/temporary.js';
import { createAllTopics, freshName } from '../support/topics.js';
import { drain, loadInputs } from './run.js';

const stuckWorker = new URL('../fault/support/worker-fault.mjs', import.meta.url).href;
const partitions = 4;
const shape = { sections: 8, rows: 10, seatsPerRow: 20, requests: 500 };

/** Looked at four times within it. */
const watchdogUsec = '4000000';

describe('as a service', () => {
  let broker: Broker;
  before(async function () {
    broker = await brokerOrSkip(this);
    if (hasPython()) return;
    process.stdout.write('skipped: the notification of systemd needs python3 as its receiver\n');
    this.skip();
  });
  afterEach(killDaemons);

  it('tells systemd when it is ready and what it does, pings as long as it moves, and serves Prometheus', async () => {
    const topics = await createAllTopics(broker.bootstrapServers, partitions);
    await loadInputs(broker, topics, new Random(7), shape);
    const [port] = await freePorts(1);
    const settings = { metrics: { intervalMs: 500, prometheus: { port: Number(port) } } };
    const { file } = writeConfiguration(broker.bootstrapServers, topics, settings);
    const flag = join(temporaryFolder('service'), 'now');
    const path = join(temporaryFolder('service'), 'notify');
    const socket = await NotifySocket.bind(path);
    const daemon = startDaemon(file, {
      environment: {
        ...{ NOTIFY_SOCKET: path, WATCHDOG_USEC: watchdogUsec },
        ...{ NODE_OPTIONS: `--import=${stuckWorker}`, FAULT: 'stick', FAULT_FLAG: flag },
      },
    });
    await socket.waitFor('READY', ({ READY }) => READY === '1');
    assert.ok(daemon.events('ready').length > 0, 'READY comes behind ready');
    assert.deepEqual(socket.messages[0], { STATUS: 'starting' });
    await untilConsumed(broker.bootstrapServers, topics, daemon);
    await socket.waitFor('pings', () => socket.count('WATCHDOG') >= 2);
    await socket.waitFor('what it does', ({ STATUS }) =>
      /^running: 4 partitions, \d+ records\/s, lag 0$/.test(STATUS ?? ''),
    );

    // A reload is enclosed: systemd would otherwise take it for done at once.
    process.kill(daemon.pid, 'SIGHUP');
    await socket.waitFor('RELOADING and READY', () => socket.count('READY') === 2);
    const [, reload] = socket.messages.filter((message) => 'READY' in message || 'RELOADING' in message);
    assert.equal(reload?.RELOADING, '1');
    assert.match(reload.MONOTONIC_USEC ?? '', /^[1-9]\d+$/);

    const isIdle = ({ recordsConsumedTotal }: Readonly<Record<string, unknown>>): boolean =>
      recordsConsumedTotal === shape.sections + shape.requests;
    const line = await daemon.waitFor('metrics', isIdle);
    const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
    assert.deepEqual([line.consumerLag, line.assignedPartitions, line.misroutedTotal], [{ total: 0, max: 0 }, 4, 0]);
    for (const [name, value] of Object.entries({
      ...{ records_consumed_total: line.recordsConsumedTotal, confirmed_total: line.confirmedTotal },
      ...{ assigned_partitions: 4, consumer_lag: 0, misrouted_total: 0 },
    }))
      assert.ok(text.split('\n').includes(`seatmapd_${name} ${value}`), `${name} is ${value}`);
    assert.match(text, /^seatmapd_end_to_end_latency_seconds_count [1-9]/m);
    assert.match(text, /^seatmapd_persist_latency_seconds_count [1-9]/m);
    assert.match(text, /^seatmapd_store_size_bytes [1-9]/m);

    writeFileSync(flag, '');
    await loadInputs(broker, topics, new Random(8), shape);
    await daemon.waitFor('stalled', ({ msg }) => /worker \d has not answered.*not pinged/.test(msg ?? ''));
    const pings = socket.count('WATCHDOG');
    const seen = daemon.events('stalled').length;
    await daemon.waitFor('stalled', () => daemon.events('stalled').length >= seen + 2);
    assert.equal(socket.count('WATCHDOG'), pings, 'a worker that is stuck makes the pings stop');
    // What systemd does then.
    await daemon.kill();
    socket.close();
  });

  it('tells systemd, on an abstract socket, that it stops', async () => {
    const topics = await createAllTopics(broker.bootstrapServers, 1);
    const { file } = writeConfiguration(broker.bootstrapServers, topics);
    const address = `@${freshName('seatmapd')}`;
    const socket = await NotifySocket.bind(address);
    const daemon = startDaemon(file, { environment: { NOTIFY_SOCKET: address } });
    await socket.waitFor('READY', ({ READY }) => READY === '1');
    await drain(daemon);
    const last = socket.messages.slice(-3);
    assert.deepEqual(last, [{ STOPPING: '1' }, { STATUS: 'draining' }, { STATUS: 'stopped' }]);
    assert.equal(socket.count('WATCHDOG'), 0, 'without WatchdogSec= nothing is pinged');
    socket.close();
  });
});
