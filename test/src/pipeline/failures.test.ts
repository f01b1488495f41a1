import { InputTopic } from '../../../src/frames.js';
import { assertAnswered } from '../../support/fakes/check.js';
import { FakeDaemon, type FakeDaemonOptions } from '../../support/fakes/daemon.js';
import { FakeKafka } from '../../support/fakes/kafka.js';
import { initRecord, requestRecord } from '../../support/fakes/records.js';
import { turn, until } from '../../support/fakes/steps.js';
import { MemoryStores } from '../../support/fakes/stores.js';

const partitions = [0, 1, 2];

/** A kill at the n-th step of that name. */
type Kill = { readonly step: string; readonly at: number; readonly isDiskLost: boolean };

/** Runs the daemon, life after life, until all of the inputs is committed. */
async function live(kafka: FakeKafka, stores: MemoryStores, kill: Kill, options: FakeDaemonOptions) {
  for (const one of [kill, undefined]) {
    stores.crash();
    const daemon = new FakeDaemon(kafka, stores, options);
    const killed = one === undefined ? () => false : befall(daemon, one);
    let failure: unknown;
    let isOver = false;
    daemon.start(...partitions).ended.then(
      () => {
        isOver = true;
      },
      (error: unknown) => {
        failure = error;
      },
    );
    await until(() => killed() || failure !== undefined || isDone(daemon), 'all is consumed');
    daemon.pipeline.stop();
    await until(() => killed() || failure !== undefined || isOver, 'it is drained');
    if (failure !== undefined) throw failure;
    // What was under way when it was killed comes to its end, or to its next step, which it never takes.
    for (let turns = 0; turns < 20; turns += 1) await turn();
    if (killed() && one?.isDiskLost === true) for (const partition of partitions) wipe(stores, partition);
  }
}

/** Under at_least_once the stores may be ahead of the committed offsets, and there is nothing more to commit then. */
function isDone({ kafka, stores, log }: FakeDaemon): boolean {
  const reached = (partition: number, topic: 'init' | 'requests'): number =>
    Math.max(kafka.committed.get(partition)?.[topic] ?? 0, stores.of(partition).mark?.positions?.[topic] ?? 0);
  return (
    log.of('ready').length > 0 &&
    partitions.every(
      (partition) =>
        reached(partition, 'init') === kafka.range(InputTopic.init, partition).high &&
        reached(partition, 'requests') === kafka.range(InputTopic.requests, partition).high,
    )
  );
}

function wipe(stores: MemoryStores, partition: number): void {
  stores.of(partition).images.clear();
  stores.of(partition).mark = undefined;
}

/** Lets the daemon be killed; tells whether it was. */
function befall(daemon: FakeDaemon, { step, at }: Kill): () => boolean {
  let times = 0;
  let isKilled = false;
  daemon.steps.before((one) => {
    if (one === step) times += 1;
    isKilled ||= times === at;
    return isKilled ? new Promise<void>(() => undefined) : undefined;
  });
  return () => isKilled;
}

/** What goes wrong in other places, at other times and together is simulated: sim/README.md. */
describe('the pipeline, killed', () => {
  for (const guarantee of ['exactly_once', 'at_least_once'] as const) {
    it(`${guarantee}: a kill within the first batch of all, at any step, needs no person`, async () => {
      const inputs = [
        initRecord({ eventId: 0n }, { offset: 0 }),
        requestRecord({ eventId: 0n }, { offset: 0, timestampMs: 9_000 }),
      ];
      for (const step of ['process', 'produce results', 'produce changelog', 'commit', 'delivered', 'persist']) {
        for (const at of [1, 2]) {
          for (const isDiskLost of [false, true]) {
            const kafka = new FakeKafka();
            kafka.add(...inputs);
            await live(kafka, new MemoryStores(), { step, at, isDiskLost }, { settings: { guarantee } });
            assertAnswered(kafka, { emit: 'latest', repeats: guarantee === 'exactly_once' ? 'none' : 'identical' });
          }
        }
      }
    });
  }
});
