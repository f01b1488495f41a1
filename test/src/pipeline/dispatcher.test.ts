import assert from 'node:assert/strict';
import { InputTopic } from '../../../src/frames.js';
import { type Consumed, RunPacker } from '../../../src/kafka/runs.js';
import { Assignment } from '../../../src/pipeline/assignment.js';
import { Dispatcher } from '../../../src/pipeline/dispatcher.js';
import { InFlight } from '../../../src/pipeline/in-flight.js';
import { Intake } from '../../../src/pipeline/intake.js';
import { Milestone } from '../../../src/pipeline/milestone.js';
import { Republisher } from '../../../src/pipeline/republisher.js';
import { metadataOf } from '../../support/fakes/input.js';
import { readFrames } from '../../support/fakes/records.js';
import { slotSettings } from '../../support/fakes/settings.js';
import { FakeSlots } from '../../support/fakes/slots.js';
import { MemoryStores } from '../../support/fakes/stores.js';

const { init, requests } = InputTopic;
const input = { pause: () => undefined, resume: () => undefined, commitsAnswered: () => Promise.resolve() };

describe('the memory of a consume', () => {
  let slots: FakeSlots;
  let inFlight: InFlight;
  let intake: Intake;
  let assignment: Assignment;
  let dispatcher: Dispatcher;
  beforeEach(() => {
    slots = new FakeSlots(slotSettings(), new MemoryStores(), 1);
    inFlight = new InFlight({
      commit: {
        commit: async (_batch, onDelivered) => {
          onDelivered();
          return { results: [], persisted: Promise.resolve({}) };
        },
        abort: () => Promise.resolve(),
      },
      ...{ onCommitted: ignored, onAborted: ignored, onFatal: ignored, onProgress: ignored },
    });
    intake = new Intake({ input, inFlight, onProgress: ignored });
    const ready = [0, 1].map((partition) => ({ partition, start: { init: 0, requests: 0 }, changelogPosition: 0 }));
    assignment = new Assignment(ready, metadataOf(1));
    const limits = { maxMessages: 4, maxWaitMs: 0, inFlight: 100, maxHeldBackMessages: 1_000 };
    dispatcher = new Dispatcher({ input, slots, inFlight, intake, republisher: new Republisher(slots) }, limits);
  });

  /** Adds and dispatches what was consumed; tells whether its memory changed hands. */
  async function given(consumed: Consumed): Promise<() => boolean> {
    const buffers = consumed.events.flatMap((event) => ('run' in event ? [event.run.buffer] : []));
    assert.ok(buffers.every(({ length }) => length > 0));
    assignment.add(consumed);
    dispatcher.dispatch(assignment, 0, consumed);
    await inFlight.settled();
    return () => buffers.every(({ length }) => length === 0);
  }

  const dispatched = (): string[] =>
    slots
      .given('process')
      .flatMap(({ frames }) => readFrames(frames))
      .map(({ partition, offset }) => `${partition}@${offset}`);

  it('is used again once all of it is dispatched', async () => {
    const isReleased = await given(consumed([requestsOf(0, 0, 2), requestsOf(1, 0, 2)], [0, 1]));
    assert.ok(isReleased());
    assert.deepEqual(dispatched(), ['0@0', '0@1', '1@0', '1@1']);
  });

  it('stays while a batch leaves some of it for the next one, and is used again with the last', async () => {
    const first = await given(consumed([requestsOf(0, 0, 3), requestsOf(1, 0, 3)], [0, 1]));
    assert.ok(!first());
    const second = await given(consumed([requestsOf(0, 3, 1)], []));
    assert.ok(first() && second());
    assert.deepEqual(dispatched().sort(), ['0@0', '0@1', '0@2', '0@3', '1@0', '1@1', '1@2']);
  });

  it('stays while nothing is taken in, and is used again afterwards', async () => {
    const over = new Milestone();
    const closed = intake.closedDuring(over.reached);
    const first = await given(consumed([requestsOf(0, 0, 2)], [0]));
    assert.ok(!first());
    over.reach();
    await closed;
    const second = await given(consumed([requestsOf(1, 0, 1)], [1]));
    assert.ok(first() && second());
    assert.deepEqual(dispatched(), ['0@0', '0@1', '1@0']);
  });

  it('is used again although a merge holds records back, which were copied and stay whole', async () => {
    const first = await given(consumed([requestsOf(0, 0, 3)], []));
    assert.ok(first());
    assert.deepEqual(dispatched(), []);
    await given(consumed([requestsOf(1, 0, 1)], [0, 1]));
    assert.deepEqual(dispatched().sort(), ['0@0', '0@1', '0@2', '1@0']);
  });

  it('of the latest three is kept in mind, however long a backlog is never all dispatched', async () => {
    const all: (() => boolean)[] = [];
    for (let offset = 0; offset < 40; offset += 8) {
      all.push(await given(consumed([requestsOf(0, offset, 8)], offset === 0 ? [0] : [])));
    }
    while (assignment.waiting > 0) await given({ count: 0, events: [] });
    assert.deepEqual(
      all.map((isReleased) => isReleased()),
      [false, false, true, true, true],
    );
    assert.equal(dispatched().length, 40);
  });
});

const ignored = (): void => undefined;

type Requests = { readonly partition: number; readonly offset: number; readonly count: number };
const requestsOf = (partition: number, offset: number, count: number): Requests => ({ partition, offset, count });

/** Requests, then the ends of the inits of some partitions. */
function consumed(all: readonly Requests[], initsAtEnd: readonly number[]): Consumed {
  const packer = new RunPacker();
  for (const { partition, offset: first, count } of all) {
    for (let offset = first; offset < first + count; offset += 1) {
      packer.message(requests, { ...{ topic: '', partition, offset, size: 1 }, key: null, value: null, timestamp: 5 });
    }
  }
  for (const partition of initsAtEnd) packer.end({ topic: init, partition, offset: 0 });
  return packer.take();
}
