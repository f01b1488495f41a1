import assert from 'node:assert/strict';
import { serviceManager, watchdogMsOf } from '../../../src/notify/service-manager.js';
import { MemoryLog } from '../../support/fakes/log.js';

describe('the service manager', () => {
  it('is none where no socket is named', () => {
    assert.equal(serviceManager({}, assert.fail, new MemoryLog()), undefined);
    assert.equal(serviceManager({ NOTIFY_SOCKET: '' }, assert.fail, new MemoryLog()), undefined);
  });

  it('is sent one line an assignment, and a status is one line', () => {
    const sent: string[][] = [];
    const send = (socket: string, message: string): void => void sent.push([socket, message]);
    const manager = serviceManager({ NOTIFY_SOCKET: '@one' }, send, new MemoryLog());
    manager?.send({ RELOADING: 1, MONOTONIC_USEC: '17' });
    manager?.send({ STATUS: 'two\nlines' });
    assert.deepEqual(sent, [
      ['@one', 'RELOADING=1\nMONOTONIC_USEC=17'],
      ['@one', 'STATUS=two lines'],
    ]);
  });

  it('that is not there is told of once, and ends nothing', () => {
    const log = new MemoryLog();
    const refuse = (): void => {
      throw new Error('ECONNREFUSED');
    };
    const manager = serviceManager({ NOTIFY_SOCKET: '/gone' }, refuse, log);
    for (let time = 0; time < 3; time += 1) manager?.send({ WATCHDOG: 1 });
    assert.equal(log.of('notifyFailed').length, 1);
  });

  it('without the addon is told by a program, and the log says what the unit needs then', () => {
    const log = new MemoryLog();
    assert.ok(serviceManager({ NOTIFY_SOCKET: '/run/notify' }, undefined, log) !== undefined);
    assert.match(log.entries[0]?.sentence ?? '', /NotifyAccess=all/);
  });

  it('waits for pings of this process alone, and for as long as it says', () => {
    assert.equal(watchdogMsOf({ WATCHDOG_USEC: '60000000', WATCHDOG_PID: '17' }, 17), 60_000);
    assert.equal(watchdogMsOf({ WATCHDOG_USEC: '60000000' }, 17), 60_000);
    assert.equal(watchdogMsOf({ WATCHDOG_USEC: '60000000', WATCHDOG_PID: '18' }, 17), undefined);
    for (const WATCHDOG_USEC of [undefined, '', '0', 'soon'])
      assert.equal(watchdogMsOf({ WATCHDOG_USEC }, 17), undefined);
  });
});
