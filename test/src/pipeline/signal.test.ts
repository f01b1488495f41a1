import assert from 'node:assert/strict';
import { Signal } from '../../../src/pipeline/signal.js';

describe('a signal', () => {
  it('wakes all that wait for it, and what waits afterwards only at the next time', async () => {
    const signal = new Signal();
    const woken: string[] = [];
    const wait = async (name: string): Promise<void> => {
      await signal.wait();
      woken.push(name);
    };
    signal.notify();
    const first = [wait('one'), wait('two')];
    assert.deepEqual(woken, []);
    signal.notify();
    const late = wait('late');
    await Promise.all(first);
    assert.deepEqual(woken, ['one', 'two']);
    signal.notify();
    await late;
    assert.deepEqual(woken, ['one', 'two', 'late']);
  });
});
