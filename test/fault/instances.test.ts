import { drain } from '../e2e/run.js';
import { type Broker, brokerOrSkip } from '../support/broker.js';
import { killDaemons, startDaemon } from '../support/daemon.js';
import { isFull, sized } from './support/form.js';
import { FaultLoad } from './support/load.js';
import { configured, finish, guarantees, protocols, repeatsOf, untilShared, usualShape } from './support/run.js';
import { injected, observed } from './support/tally.js';

const requestsPerSecond = sized(1_000, 4_000);

describe('fault: three instances that come and go', () => {
  let broker: Broker;
  before(async function () {
    broker = await brokerOrSkip(this);
  });
  afterEach(killDaemons);

  const variants = guarantees
    .filter((guarantee) => isFull || guarantee === 'exactly_once')
    .flatMap((guarantee) => protocols.map((protocol) => ({ guarantee, protocol })));
  for (const { guarantee, protocol } of variants) {
    it(`in order, and one by kill -9, answer as one: ${guarantee}, ${protocol}`, async () => {
      const load = await FaultLoad.create(broker, usualShape);
      const instanceOf = (instance: string) => configured(load, { guarantee, instance, group: { protocol } });
      const [one, two, three] = [instanceOf('one'), instanceOf('two'), instanceOf('three')];

      const first = startDaemon(one.file);
      await untilShared(load, first);
      load.askSteadily(requestsPerSecond);
      const second = startDaemon(two.file);
      await untilShared(load, first, second);
      const third = startDaemon(three.file);
      await untilShared(load, first, second, third);

      await second.kill();
      injected();
      await untilShared(load, first, third);
      observed(
        `one of three instances is killed (${guarantee}, ${protocol})`,
        '`assigned`, `restored`, `ready` by the others',
      );
      await drain(first);
      await untilShared(load, third);
      const secondAgain = startDaemon(two.file);
      await untilShared(load, secondAgain, third);
      const firstAgain = startDaemon(one.file);
      await untilShared(load, firstAgain, secondAgain, third);
      await drain(third);
      await drain(secondAgain);
      await untilShared(load, firstAgain);
      await finish(load, firstAgain, { owner: one, repeats: repeatsOf(guarantee) });
    });
  }
});
