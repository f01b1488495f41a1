import assert from 'node:assert/strict';
import fc from 'fast-check';
import { InputTopic } from '../../../src/frames.js';
import { AbortableError } from '../../../src/kafka/failure.js';
import { assertAnswered, assertStored } from '../../support/fakes/check.js';
import { FakeDaemon, type FakeDaemonOptions } from '../../support/fakes/daemon.js';
import { FakeKafka } from '../../support/fakes/kafka.js';
import { inputsOf } from '../../support/fakes/load.js';
import { initRecord, requestRecord } from '../../support/fakes/records.js';
import { turn, until } from '../../support/fakes/steps.js';
import { MemoryStores } from '../../support/fakes/stores.js';

const partitions = [0, 1, 2];

/** What befalls one life of the daemon, at its n-th step of that name. */
type Mishap = {
  readonly kind: 'abort' | 'kill' | 'killAndWipe' | 'rebalance';
  readonly step: string;
  readonly at: number;
};

const step = fc.constantFrom(
  'process',
  'produce results',
  'produce changelog',
  'sendOffsets',
  'commit',
  'delivered',
  'persist',
);
const mishap: fc.Arbitrary<Mishap> = fc.oneof(
  fc.record({
    kind: fc.constant('abort' as const),
    step: fc.constantFrom('produce results', 'produce changelog', 'sendOffsets', 'commit'),
    at: fc.integer({ min: 1, max: 8 }),
  }),
  fc.record({
    kind: fc.constantFrom('kill' as const, 'killAndWipe' as const, 'rebalance' as const),
    step,
    at: fc.integer({ min: 1, max: 8 }),
  }),
);
const run = fc.record({
  inputs: inputsOf(partitions.length, 60),
  mishaps: fc.array(mishap, { maxLength: 5 }),
  maxMessages: fc.integer({ min: 1, max: 12 }),
  inFlight: fc.integer({ min: 1, max: 4 }),
  maxHeldBackMessages: fc.constantFrom(2, 1_000),
  emit: fc.constantFrom('latest' as const, 'every' as const),
});

/** Runs the daemon, life after life, until all of the inputs is committed. */
async function live(kafka: FakeKafka, stores: MemoryStores, mishaps: readonly Mishap[], options: FakeDaemonOptions) {
  for (const one of [...mishaps, undefined]) {
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
    if (killed() && one?.kind === 'killAndWipe') for (const partition of partitions) wipe(stores, partition);
  }
}

/** Under at_least_once the stores may be ahead of the committed offsets, and there is nothing more to commit then. */
function isDone({ kafka, stores, log }: FakeDaemon): boolean {
  const reached = (partition: number, topic: 'init' | 'requests'): number =>
    Math.max(kafka.committed.get(partition)?.[topic] ?? 0, stores.of(partition).mark?.positions[topic] ?? 0);
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

/** Lets the mishap happen; tells whether the daemon was killed by it. */
function befall(daemon: FakeDaemon, { kind, step: name, at }: Mishap): () => boolean {
  let times = 0;
  let isKilled = false;
  daemon.steps.before((one) => {
    if (isKilled) return new Promise<void>(() => undefined);
    if (one !== name || ++times !== at) return;
    if (kind === 'abort') throw new AbortableError('by chance');
    if (kind === 'rebalance') {
      daemon.input.rebalance('revoke', ...partitions);
      daemon.input.rebalance('assign', ...partitions);
      return;
    }
    isKilled = true;
    return new Promise<void>(() => undefined);
  });
  return () => isKilled;
}

describe('the pipeline under aborts, kills, lost disks and rebalances', () => {
  for (const guarantee of ['exactly_once', 'at_least_once'] as const) {
    const repeats = guarantee === 'exactly_once' ? 'none' : 'identical';
    it(`${guarantee}: answers as the plain model does, ${repeats === 'none' ? 'each once' : 'repeats identical'}, whatever happens when`, async () => {
      await fc.assert(
        fc.asyncProperty(run, async ({ inputs, mishaps, emit, ...batch }) => {
          const kafka = new FakeKafka();
          const stores = new MemoryStores();
          kafka.add(...inputs);
          kafka.commitOffsets(new Map(partitions.map((partition) => [partition, { init: 0, requests: 0 }])));
          await live(kafka, stores, mishaps, { settings: { guarantee, emit }, batch });
          assertAnswered(kafka, { emit, repeats });
          for (const partition of partitions) {
            assertStored(kafka, partition, stores.of(partition).images);
            const { mark } = stores.of(partition);
            if (guarantee === 'exactly_once' && mark !== undefined)
              assert.deepEqual(mark.positions, kafka.committed.get(partition));
          }
        }),
        { numRuns: 150 },
      );
    });
  }

  for (const guarantee of ['exactly_once', 'at_least_once'] as const) {
    it(`${guarantee}: a kill within the first batch of all, at any step, needs no person`, async () => {
      const inputs = [
        initRecord({ eventId: 0n }, { offset: 0 }),
        requestRecord({ eventId: 0n }, { offset: 0, timestampMs: 9_000 }),
      ];
      for (const name of ['process', 'produce results', 'produce changelog', 'commit', 'delivered', 'persist']) {
        for (const at of [1, 2]) {
          for (const kind of ['kill', 'killAndWipe'] as const) {
            const kafka = new FakeKafka();
            kafka.add(...inputs);
            await live(kafka, new MemoryStores(), [{ kind, step: name, at }], { settings: { guarantee } });
            assertAnswered(kafka, { emit: 'latest', repeats: guarantee === 'exactly_once' ? 'none' : 'identical' });
          }
        }
      }
    });
  }
});
