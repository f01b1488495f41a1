import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { type Broker, brokerOrSkip } from '../support/broker.js';
import { type Daemon, killDaemons, startDaemon } from '../support/daemon.js';
import { pause } from '../support/kafka-client.js';
import { readTopic } from '../support/read.js';
import { sized } from './support/form.js';
import { FaultLoad } from './support/load.js';
import { configured, finish, imagesRead, restoredFrom, untilCommitted, untilShared } from './support/run.js';
import { type StoreMark, storeMarks } from './support/stores.js';
import { injected, observed } from './support/tally.js';

const sections = 10_000;
const requestsPerSecond = sized(1_000, 4_000);

describe('fault: kill -9 with 10,000 sections of 5,000 seats', () => {
  let broker: Broker;
  before(async function () {
    broker = await brokerOrSkip(this);
  });
  afterEach(killDaemons);

  const sectionsOf = (daemon: Daemon): number =>
    daemon.events('restored').reduce((sum, line) => sum + Number(line.sections), 0);

  /** The committed images of each partition from where its store has followed the changelog to. */
  async function tails({ topics }: FaultLoad, marks: ReadonlyMap<number, StoreMark>): Promise<number[]> {
    const changelog = await readTopic(broker.bootstrapServers, topics.changelog);
    return changelog.map((images, partition) => {
      const from = marks.get(partition)?.changelogPosition ?? 0;
      return images.filter(({ offset }) => offset >= from).length;
    });
  }

  it('it restores from its store, and reads the tail of the changelog at most; without the store it reads all', async () => {
    const load = await FaultLoad.create(broker, { partitions: 16, sections, rows: 50, seatsPerRow: 100 });
    const configuration = configured(load);
    const { application } = load.topics;
    const first = startDaemon(configuration.file);
    await untilCommitted(load, first, ({ done }) => done === sections);
    load.askSteadily(requestsPerSecond);
    // The position to follow the changelog from is written with the next batch after it is refreshed, every few seconds.
    const followed = () => [...storeMarks(configuration, application).values()];
    while (followed().reduce((sum, { changelogPosition }) => sum + changelogPosition, 0) < sections) await pause(100);
    await first.kill();
    injected();
    const tail = await tails(load, storeMarks(configuration, application));

    const second = startDaemon(configuration.file);
    await untilShared(load, second);
    assert.equal(sectionsOf(second), sections);
    for (const { partition, imagesRead: read } of second.events('restored')) {
      const most = tail[Number(partition)] as number;
      assert.ok(Number(read) <= most, `partition ${partition}: ${read} images read, a tail of ${most}`);
    }
    assert.ok(imagesRead(second) < sections, 'the images of the sections lie before the tail');
    observed('kill -9 with 10,000 sections × 5,000 seats', restoredFrom(second), second);

    await second.kill();
    rmSync(configuration.stateDirectory, { recursive: true });
    injected(2);
    const third = startDaemon(configuration.file);
    await untilShared(load, third);
    assert.equal(sectionsOf(third), sections);
    assert.ok(imagesRead(third) >= sections, `${imagesRead(third)} images read`);
    observed('the same, and the state directory deleted', restoredFrom(third), third);
    await finish(load, third, { owner: configuration });
  });
});
