import assert from 'node:assert/strict';
import { requestsStartMs } from '../e2e/run.js';
import { type Broker, brokerOrSkip } from '../support/broker.js';
import { killDaemons, type LogLine, startDaemon } from '../support/daemon.js';
import { requestRecord } from '../support/load.js';
import type { NewRecord } from '../support/produce.js';
import { chosenSeed, Random } from '../support/random.js';
import { readTopic } from '../support/read.js';
import { isFull, sized } from './support/form.js';
import { FaultLoad } from './support/load.js';
import { makeAbsurdity, makePoison, type Poison } from './support/poison.js';
import { configured, finish, guarantees, repeatsOf, untilShare, usualRequests, usualShape } from './support/run.js';
import { injected, observed } from './support/tally.js';

const poisons = sized(3_000, 60_000);
const absurdities = sized(1_000, 20_000);

describe('fault: poisoned records by the thousand', () => {
  let broker: Broker;
  before(async function () {
    broker = await brokerOrSkip(this);
  });
  afterEach(killDaemons);

  /** A poison's key tells its number, and so does the key of its dead letter. */
  const poisonRecord = (load: FaultLoad, { side, value }: Poison, number: number): NewRecord => ({
    ...{ topic: load.topics[side], key: Buffer.from(`poison-${number}`), value },
    timestampMs: requestsStartMs + load.count,
  });

  /** Good requests with poisons and absurdities between them. */
  function* mixed(load: FaultLoad, random: Random, poison: readonly Poison[]): Generator<NewRecord> {
    let [nextPoison, nextAbsurdity] = [0, 0];
    for (let good = 1; good <= usualRequests; good++) {
      yield load.next();
      for (; nextPoison < (poisons * good) / usualRequests; nextPoison++) {
        yield poisonRecord(load, poison[nextPoison] as Poison, nextPoison);
      }
      for (; nextAbsurdity < (absurdities * good) / usualRequests; nextAbsurdity++) {
        const { section } = random.pick(load.sections);
        const request = makeAbsurdity(random, section, nextAbsurdity);
        yield requestRecord(load.topics, request, requestsStartMs + load.count);
      }
    }
  }

  /** Each poison has a dead letter with the reason that it was made for, and no other has one. */
  async function verifyReasons(load: FaultLoad, poison: readonly Poison[]): Promise<void> {
    const letters = await readTopic(broker.bootstrapServers, load.topics.deadLetters);
    const reasons = new Map(letters.flat().map(({ key, headers }) => [`${key}`, headers['error.code']]));
    const wrong = poison.flatMap(({ reason }, number) => {
      const told = reasons.get(`poison-${number}`);
      return told === reason ? [] : [`poison-${number}: ${told}, not ${reason}`];
    });
    assert.deepEqual(wrong.slice(0, 5), [], `${wrong.length} dead letters with another reason`);
  }

  for (const guarantee of guarantees.filter((one) => isFull || one === 'exactly_once')) {
    it(`each is a dead letter with its reason, each good one is answered, with a kill -9 between: ${guarantee}`, async () => {
      const random = new Random(chosenSeed('poison'));
      const load = await FaultLoad.create(broker, usualShape);
      const poison = Array.from({ length: poisons }, (_, number) => makePoison(random, number));
      await load.produce(mixed(load, random, poison));
      const configuration = configured(load, { guarantee });
      const killed = startDaemon(configuration.file);
      await untilShare(load, killed, 0.5);
      await killed.kill();
      injected(poisons + 1);
      const daemon = startDaemon(configuration.file);
      await daemon.waitFor('ready');
      await finish(load, daemon, { owner: configuration, repeats: repeatsOf(guarantee), further: absurdities });
      await verifyReasons(load, poison);
      observed(`poisoned records (${guarantee})`, describeLetters(daemon.events('deadLetter')));
    });
  }
});

function describeLetters(lines: readonly LogLine[]): string {
  const reasons = new Set(lines.flatMap((line) => Object.keys(line)));
  for (const name of ['level', 'time', 'event', 'msg', 'records']) reasons.delete(name);
  return `\`deadLetter\`: ${[...reasons].sort().join(', ')}`;
}
