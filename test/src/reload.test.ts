import assert from 'node:assert/strict';
import { configSchema } from '../../src/config/schema.js';
import { reloadable, reloadOf } from '../../src/reload.js';

const read = (sections: Record<string, unknown> = {}) =>
  configSchema.parse({ kafka: { client: { 'bootstrap.servers': 'a:1' } }, instance: 'a', ...sections });

describe('a configuration that is read again', () => {
  it('changes what may change while it runs, and nothing else', () => {
    const before = read();
    const after = read({
      log: { level: 'debug' },
      metrics: { intervalMs: 500 },
      batch: { maxMessages: 7, maxWaitMs: 1, inFlight: 2, maxHeldBackMessages: 9 },
      status: { emit: 'every' },
    });
    const { config, changed, needsRestart } = reloadOf(before, after);
    assert.deepEqual(config, after);
    assert.deepEqual(Object.keys(changed).sort(), [...reloadable].sort());
    assert.deepEqual(changed['log.level'], { from: 'info', to: 'debug' });
    assert.deepEqual(needsRestart, []);
  });

  it('keeps what needs a restart as it was, and names it without its value', () => {
    const before = read();
    const after = read({
      kafka: { client: { 'bootstrap.servers': 'b:1', 'sasl.password': 'secret' } },
      workers: { threads: 4 },
      status: { payload: 'full', emit: 'every' },
    });
    const reload = reloadOf(before, after);
    assert.deepEqual(reload.config, { ...before, status: { ...before.status, emit: 'every' } });
    assert.deepEqual(reload.needsRestart, [
      'kafka.client.bootstrap.servers',
      'kafka.client.sasl.password',
      'status.payload',
      'workers.threads',
    ]);
    assert.ok(!JSON.stringify({ ...reload, config: undefined }).includes('secret'));
  });

  it('that is the same changes nothing', () => {
    const { changed, needsRestart } = reloadOf(read(), read());
    assert.deepEqual([changed, needsRestart], [{}, []]);
  });
});
