import assert from 'node:assert/strict';
import { type Broker, brokerOrSkip } from '../support/broker.js';
import { type Daemon, killDaemons, startDaemon } from '../support/daemon.js';
import { deleteTopic } from '../support/topics.js';
import { isFull } from './support/form.js';
import { FaultLoad } from './support/load.js';
import { configured, untilCommitted, usualShape } from './support/run.js';
import { injected, lastWords, observed } from './support/tally.js';

describe('fault: a topic deleted underneath', () => {
  let broker: Broker;
  before(async function () {
    broker = await brokerOrSkip(this);
  });
  afterEach(killDaemons);

  async function ended(daemon: Daemon, codes: readonly number[], sentence: RegExp): Promise<void> {
    const { code } = await daemon.exited;
    assert.ok(codes.includes(code ?? -1), `exit ${code}:\n${daemon.tail()}`);
    assert.match(daemon.events('fatal')[0]?.msg ?? '', sentence);
  }

  // The coordinator knows at once that a topic is gone, if the transaction has yet to hear of it; else records to it time out
  // with the transaction, which the coordinator has given up by then.
  const unknownOrGivenUp = /not known to the cluster any more: was one deleted\?|gave this one up after transaction/;
  /** In the short form the first; librdkafka takes half a minute to believe that an input is gone. */
  const cases = [
    { role: 'results', guarantee: 'exactly_once', codes: [75, 76], sentence: unknownOrGivenUp },
    { role: 'changelog', guarantee: 'exactly_once', codes: [75, 76], sentence: unknownOrGivenUp },
    { role: 'results', guarantee: 'at_least_once', codes: [75], sentence: /not delivered/ },
    {
      role: 'requests',
      guarantee: 'exactly_once',
      codes: [75],
      sentence: /no longer fetched: .*the topic was deleted/,
    },
  ] as const;
  for (const { role, guarantee, codes, sentence } of isFull ? cases : cases.slice(0, 1)) {
    it(`ends the process (${codes.join(' or ')}), and the next start names what is missing (78): ${role}, ${guarantee}`, async () => {
      const load = await FaultLoad.create(broker, usualShape);
      const { file } = configured(load, { guarantee, transaction: { timeoutMs: 3_000 } });
      const daemon = startDaemon(file);
      await daemon.waitFor('ready');
      await load.ask(1_000);
      await untilCommitted(load, daemon, ({ done, total }) => done === total);
      await deleteTopic(broker.bootstrapServers, load.topics[role]);
      injected();
      if (role !== 'requests') await load.ask(1_000);
      await ended(daemon, codes, sentence);
      const again = startDaemon(file);
      await ended(again, [78], new RegExp(`does not exist.*${load.topics[role]}`));
      observed(`topic deleted underneath: ${role} (${guarantee})`, `${lastWords(daemon)}; then ${lastWords(again)}`);
    });
  }
});
