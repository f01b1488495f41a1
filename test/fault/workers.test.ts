import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Broker, brokerOrSkip } from '../support/broker.js';
import { killDaemons, startDaemon } from '../support/daemon.js';
import { temporaryFolder } from '../support/temporary.js';
import { FaultLoad } from './support/load.js';
import { configured, finish, untilShare, usualRequests, usualShape } from './support/run.js';
import { injected, lastWords, observed } from './support/tally.js';

const preloaded = new URL('./support/worker-fault.mjs', import.meta.url).href;

/** What happens in a worker's thread, and how the daemon's last sentence begins. */
const faults = [
  { fault: 'throw', when: 'a task of a worker throws', sentence: /^worker \d+: Error: injected into a task/ },
  {
    fault: 'uncaught',
    when: 'a worker throws outside of its tasks',
    sentence: /^worker \d+ ended by itself \(.*injected/,
  },
  { fault: 'exit', when: 'a worker exits', sentence: /^worker \d+ ended by itself \(.*exit/ },
] as const;

describe('fault: a worker thread', () => {
  let broker: Broker;
  before(async function () {
    broker = await brokerOrSkip(this);
  });
  afterEach(killDaemons);

  it('that throws, within a task or outside, or exits: exit 70 with its sentence; a restart loses nothing', async () => {
    const load = await FaultLoad.create(broker, usualShape);
    await load.ask(usualRequests);
    const configuration = configured(load);
    const flag = join(temporaryFolder('fault'), 'now');
    for (const [at, { fault, when, sentence }] of faults.entries()) {
      const environment = { NODE_OPTIONS: `--import=${preloaded}`, FAULT: fault, FAULT_FLAG: flag };
      const daemon = startDaemon(configuration.file, { environment });
      await untilShare(load, daemon, (at + 0.5) / (faults.length + 1));
      writeFileSync(flag, '');
      injected();
      assert.deepEqual(await daemon.exited, { code: 70, signal: null }, daemon.tail());
      assert.match(daemon.events('fatal')[0]?.msg ?? '', sentence, daemon.tail());
      observed(when, lastWords(daemon));
      rmSync(flag);
    }
    const again = startDaemon(configuration.file);
    await again.waitFor('ready');
    await finish(load, again, { owner: configuration });
  });
});
