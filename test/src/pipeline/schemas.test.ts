import assert from 'node:assert/strict';
import type { Schemas } from '../../../src/pipeline/schemas.js';
import type { LearnedSchema } from '../../../src/slots/tasks.js';
import { assertAnswered } from '../../support/fakes/check.js';
import { FakeDaemon, type FakeDaemonOptions } from '../../support/fakes/daemon.js';
import { newer, newerRequest, slotFraming, unframed, withHeader } from '../../support/fakes/framing.js';
import { type InputRecord, initRecord, requestRecord } from '../../support/fakes/records.js';
import type { FakeSlots } from '../../support/fakes/slots.js';
import { turn, until } from '../../support/fakes/steps.js';

const NEWER = 77;
const NOWHERE = 78;
const exactly = { emit: 'latest', repeats: 'none' } as const;

/** A registry, and the lessons it gives: a lesson waits while it is closed. */
class Lessons implements Schemas {
  readonly asked: (readonly number[])[] = [];
  private open: () => void = () => undefined;
  private opened = Promise.resolve();

  constructor(private readonly slots: FakeSlots) {}

  close(): void {
    this.opened = new Promise((resolve) => {
      this.open = resolve;
    });
  }

  reopen(): void {
    this.open();
  }

  async learn(ids: readonly number[]): Promise<void> {
    this.asked.push(ids);
    await this.opened;
    const schemas = ids.map((id): LearnedSchema => {
      if (id === NEWER) return { id, text: JSON.stringify(newerRequest) };
      return { id, code: 'unknownSchema', reason: 'there is none' };
    });
    await Promise.all([0, 1].map((slot) => this.slots.run(slot, { kind: 'learn', schemas })));
  }
}

/** An init and 20 requests in each of partitions 0 and 1; every third request of partition 1 has a newer schema. */
const inputs: InputRecord[] = [0, 1].flatMap((partition) => [
  initRecord({ eventId: BigInt(partition), seatsPerRow: 15 }, { partition, offset: 0, timestampMs: 1 }),
  ...Array.from({ length: 20 }, (_, offset) => requestRecord({ eventId: BigInt(partition) }, { partition, offset })),
]);
const isNewer = ({ partition, offset, topic }: InputRecord): boolean =>
  topic === 1 && partition === 1 && offset % 3 === 2;

describe('records of schemas that the slots don’t know', () => {
  let lessons: Lessons;

  function daemonWith(records: readonly InputRecord[], options: FakeDaemonOptions = {}): FakeDaemon {
    const daemon = new FakeDaemon(undefined, undefined, {
      ...{ settings: { framing: slotFraming(), ...options.settings }, batch: { maxMessages: 5, ...options.batch } },
      schemas: (slots) => {
        lessons = new Lessons(slots);
        return lessons;
      },
    });
    daemon.kafka.add(...records);
    return daemon;
  }
  const mixed = (): InputRecord[] => inputs.map((one) => (isNewer(one) ? newer(one, NEWER) : withHeader(one)));
  const turns = async (count: number): Promise<void> => {
    for (let at = 0; at < count; at += 1) await turn();
  };

  for (const guarantee of ['exactly_once', 'at_least_once'] as const) {
    it(`are answered in their order, once the slots have learnt them (${guarantee})`, async () => {
      const daemon = daemonWith(mixed(), { settings: { guarantee } }).start(0, 1);
      await daemon.caughtUp(0, 1);
      await daemon.stop();
      assert.deepEqual(lessons.asked, [[NEWER]]);
      assertAnswered(unframed(daemon.kafka, inputs), exactly);
      assert.deepEqual(daemon.log.of('aborted'), []);
    });
  }

  it('give the very bytes that they give when the schemas are known from the start', async () => {
    const outputs = async (daemon: FakeDaemon): Promise<string[]> => {
      daemon.start(0, 1);
      await daemon.caughtUp(0, 1);
      await daemon.stop();
      const sent = daemon.kafka.outputs.filter(({ to }) => to === 'results' || to === 'deadLetters');
      return sent
        .map(({ to, partition, text, value }) => `${to} ${partition} ${text} ${value?.toString('hex')}`)
        .sort();
    };
    const learning = await outputs(daemonWith(mixed()));
    assert.equal(lessons.asked.length, 1);
    const framing = {
      ...slotFraming(),
      known: [...slotFraming().known, { id: NEWER, text: JSON.stringify(newerRequest) }],
    };
    assert.deepEqual(await outputs(daemonWith(mixed(), { settings: { framing } })), learning);
    assert.equal(lessons.asked.length, 0);
  });

  it('are dead letters when the registry has no such schema, and only they', async () => {
    const records = inputs.map((one) => withHeader(one, isNewer(one) ? NOWHERE : undefined));
    const daemon = daemonWith(records).start(0, 1);
    await daemon.caughtUp(0, 1);
    await daemon.stop();
    const buried = daemon.kafka.produced('deadLetters');
    assert.deepEqual(
      buried.map(({ headers }) => `${headers['error.code']} ${headers.partition}@${headers.offset}`),
      [2, 5, 8, 11, 14, 17].map((offset) => `unknownSchema 1@${offset}`),
    );
    // As received, with the header.
    assert.deepEqual(buried[0]?.value, records.find(isNewer)?.value);
    const answered = unframed(
      daemon.kafka,
      inputs.filter((one) => !isNewer(one)),
    );
    answered.outputs.splice(0, answered.outputs.length, ...answered.outputs.filter(({ to }) => to !== 'deadLetters'));
    assertAnswered(answered, exactly);
  });

  it('wait for a registry that is away: consuming goes on, paused, and nothing is dispatched or lost', async () => {
    const daemon = daemonWith(mixed());
    lessons.close();
    daemon.start(0, 1);
    await until(() => lessons.asked.length === 1, 'the schema is asked for');
    await turns(100);
    const { consumes } = daemon.input;
    const processed = daemon.steps.count('process');
    await turns(500);
    assert.ok(daemon.input.consumes > consumes + 50, 'consuming goes on');
    assert.equal(daemon.steps.count('process'), processed);
    assert.ok(daemon.input.paused.has('requests-1') && daemon.input.paused.has('requests-0'));
    assert.equal(lessons.asked.length, 1);
    lessons.reopen();
    await daemon.caughtUp(0, 1);
    assert.equal(daemon.input.paused.size, 0);
    await daemon.stop();
    assertAnswered(unframed(daemon.kafka, inputs), exactly);
  });

  it('do not keep the process from ending in order, and are answered after the restart', async () => {
    const first = daemonWith(mixed());
    lessons.close();
    first.start(0, 1);
    await until(() => lessons.asked.length === 1, 'the schema is asked for');
    await turns(50);
    await first.stop();
    const second = new FakeDaemon(first.kafka, first.stores, {
      settings: { framing: slotFraming() },
      schemas: (slots) => new Lessons(slots),
    }).start(0, 1);
    await second.caughtUp(0, 1);
    await second.stop();
    assertAnswered(unframed(first.kafka, inputs), exactly);
  });

  for (const kind of ['revoke', 'lost'] as const) {
    it(`let partitions go meanwhile (${kind}), and are answered when they are given back`, async () => {
      const daemon = daemonWith(mixed());
      lessons.close();
      daemon.start(0, 1);
      await until(() => lessons.asked.length === 1, 'the schema is asked for');
      await turns(50);
      daemon.input.rebalance(kind, 0, 1);
      await until(() => daemon.input.assigned.length === 0, 'the partitions are given back');
      daemon.input.rebalance('assign', 0, 1);
      await until(() => daemon.input.assigned.length === 4, 'the partitions are read again');
      await turns(100);
      lessons.reopen();
      await daemon.caughtUp(0, 1);
      await daemon.stop();
      assertAnswered(unframed(daemon.kafka, inputs), exactly);
    });
  }

  it('end the process when a lesson fails for good', async () => {
    const daemon = daemonWith(mixed());
    lessons.learn = () => Promise.reject(new Error('no slot'));
    await assert.rejects(daemon.start(0, 1).ended, { exitCode: 70, message: /schemas can't be learnt: no slot/ });
  });
});
