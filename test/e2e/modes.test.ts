import { type Broker, brokerOrSkip } from '../support/broker.js';
import type { Settings } from '../support/configuration.js';
import { killDaemons } from '../support/daemon.js';
import type { ExpectationOptions } from '../support/expected.js';
import { initRecord, type Shape } from '../support/load.js';
import { produceAll } from '../support/produce.js';
import { Random } from '../support/random.js';
import { createAllTopics } from '../support/topics.js';
import { type VerifyOptions, verify } from '../support/verify.js';
import { expectedOf, loadInputs, requestsStartMs, runOnce } from './run.js';

const partitions = 4;
const requests = 6_000;

describe('modes of allocation, set-up and status', () => {
  let broker: Broker;
  before(async function () {
    broker = await brokerOrSkip(this);
  });
  afterEach(killDaemons);

  /** Sections that fill up, a third of them set up again in the middle. */
  async function check(
    shape: Shape,
    settings: Settings,
    model: Partial<ExpectationOptions>,
    verifying: Partial<VerifyOptions>,
  ): Promise<void> {
    const topics = await createAllTopics(broker.bootstrapServers, partitions);
    const sections = await loadInputs(broker, topics, new Random(5), { ...shape, requests, maxSeats: 8 });
    const again = sections.filter((_, index) => index % 3 === 0);
    const middleMs = requestsStartMs + requests / 2;
    await produceAll(
      broker.bootstrapServers,
      again.map((init) => initRecord(topics, init, middleMs)),
    );
    await runOnce(broker, topics, settings);
    await verify(broker.bootstrapServers, topics, await expectedOf(broker, topics, model), verifying);
  }

  it('allocation.adjacency: row never grants seats across the end of a row', () =>
    check(
      { sections: 40, rows: 12, seatsPerRow: 13 },
      { allocation: { adjacency: 'row' }, status: { emit: 'every' } },
      { adjacency: 'row' },
      { emit: 'every' },
    ));

  it('init.onSold: refuse keeps a sold section, tells its status and buries the command', () =>
    check(
      { sections: 40, rows: 10, seatsPerRow: 15 },
      { init: { onSold: 'refuse' }, status: { emit: 'every' } },
      { onSold: 'refuse' },
      { emit: 'every' },
    ));

  it('status.payload: full tells every seat of the section', () =>
    check(
      { sections: 12, rows: 8, seatsPerRow: 10 },
      { status: { payload: 'full', emit: 'latest' } },
      { payload: 'full' },
      { payload: 'full' },
    ));

  it('init.onSold: replace sells the seats of a section set up again, from one worker too', () =>
    check({ sections: 40, rows: 10, seatsPerRow: 15 }, { workers: { threads: 1 } }, {}, {}));
});
