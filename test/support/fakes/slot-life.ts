import assert from 'node:assert/strict';
import fc from 'fast-check';
import { InputTopic } from '../../../src/frames.js';
import type { Positions } from '../../../src/pipeline/positions.js';
import type { SlotSettings } from '../../../src/slots/settings.js';
import type { Stores } from '../../../workers/store.js';
import type { Expected } from '../expected.js';
import { sectionKey } from '../wire.js';
import { expectedOf } from './check.js';
import { FakeKafka } from './kafka.js';
import { answersIn, type InputRecord, readFrames, statusesIn } from './records.js';
import { type Processed, SlotDriver } from './slot-driver.js';

const start: Positions = { init: 0, requests: 0 };

/** What a slot goes through between two batches. */
type Event = 'persist' | 'discard' | 'restart' | 'none';
export const lives = fc.array(
  fc.record({
    records: fc.integer({ min: 1, max: 9 }),
    event: fc.constantFrom<Event>('persist', 'persist', 'none', 'discard', 'restart'),
  }),
  { maxLength: 12 },
);
export const rules = fc.record({
  adjacency: fc.constantFrom('section' as const, 'row' as const),
  onSold: fc.constantFrom('replace' as const, 'refuse' as const),
  emit: fc.constantFrom('latest' as const, 'every' as const),
});

/** The order in which the model lets records take effect, so that a slot can be given them one by one. */
function inOrder(records: readonly InputRecord[]): InputRecord[] {
  const queues = [InputTopic.init, InputTopic.requests].map((topic) => records.filter((one) => one.topic === topic));
  const [inits = [], requests = []] = queues;
  const ordered: InputRecord[] = [];
  while (inits.length + requests.length > 0) {
    const [init, request] = [inits[0], requests[0]];
    const isInit = init !== undefined && (request === undefined || init.timestampMs <= request.timestampMs);
    ordered.push((isInit ? inits.shift() : requests.shift()) as InputRecord);
  }
  return ordered;
}

/** A slot with partition 0 and its life: batches computed ahead, persisted, discarded, and restarts from the store. */
class Life {
  driver: SlotDriver;
  private at = 0;
  /** Computed and not persisted, with where each begins. */
  private readonly ahead: { readonly batch: Processed; readonly at: number; readonly next: number }[] = [];
  private durable = { at: 0, positions: start };

  constructor(
    private readonly records: readonly InputRecord[],
    private readonly settings: SlotSettings,
    private readonly stores: () => Stores,
    private readonly check: Check,
  ) {
    this.driver = new SlotDriver(settings, stores());
  }

  get isOver(): boolean {
    return this.at >= this.records.length;
  }

  async process(count: number): Promise<void> {
    const records = this.records.slice(this.at, this.at + count);
    if (records.length === 0) return;
    const batch = await this.driver.process(...records);
    this.check(batch, this.at, this.at + records.length);
    this.ahead.push({ batch, at: this.at, next: this.at + records.length });
    this.at += records.length;
  }

  async meet(event: Event): Promise<void> {
    if (event === 'persist') await this.persist();
    else if (event === 'discard') await this.discard();
    else if (event === 'restart') await this.restart();
  }

  /** The oldest batch only; the live maps stay ahead of it. */
  private async persist(): Promise<void> {
    const oldest = this.ahead.shift();
    if (oldest === undefined) return;
    await this.driver.persist(oldest.batch);
    this.durable = { at: oldest.next, positions: oldest.batch.ends.get(0) ?? start };
  }

  private async discard(): Promise<void> {
    const [{ positions } = { positions: undefined }] = await this.driver.run({ kind: 'reload', partitions: [0] });
    assert.deepEqual(positions ?? start, this.durable.positions);
    this.goBack();
  }

  private async restart(): Promise<void> {
    await this.driver.run({ kind: 'close', partitions: [0] });
    this.driver = new SlotDriver(this.settings, this.stores());
    const [opened] = await this.driver.open(0);
    assert.deepEqual(opened?.mark?.positions ?? start, this.durable.positions);
    assert.equal(opened?.discarded, undefined);
    this.goBack();
  }

  private goBack(): void {
    this.ahead.length = 0;
    this.at = this.durable.at;
    this.driver.positions.set(0, this.durable.positions);
  }
}

type Check = (batch: Processed, from: number, to: number) => void;

/** Checks a batch against the model: answers and statuses one by one, dead letters by number, images by their positions. */
function checker(records: readonly InputRecord[], settings: SlotSettings): Check {
  const modelOf = (count: number): Expected => {
    const kafka = new FakeKafka();
    kafka.add(...records.slice(0, count));
    return expectedOf(kafka, settings);
  };
  return (batch, from, to) => {
    const [before, after] = [modelOf(from), modelOf(to)];
    const answers = [...after.answers].slice(before.answers.size);
    assert.deepEqual(
      answersIn(batch).map(({ reservationId, status, allocatedSeats: seats }) => [reservationId, status, seats]),
      answers.map(([id, { status, seats }]) => [id, status, seats]),
    );
    const sent = new Map<string, string[]>();
    for (const status of statusesIn(batch)) {
      const key = sectionKey(status);
      sent.set(key, [...(sent.get(key) ?? []), `${status.availableCount} at ${status.timestamp}`]);
    }
    const due = [...after.statuses].flatMap(([key, all]) => {
      const own = all.slice(before.statuses.get(key)?.length ?? 0);
      const texts = own.map(({ availableCount, timestampMs }) => `${availableCount} at ${timestampMs}`);
      return texts.length === 0 ? [] : [[key, settings.emit === 'latest' ? texts.slice(-1) : texts] as const];
    });
    assert.deepEqual([...sent].sort(), due.sort());
    assert.equal(batch.deadLetters.count, after.deadLetters.length - before.deadLetters.length);
    for (const { value } of readFrames(batch.images)) {
      const positions = { init: Number(value?.readBigInt64LE(8)), requests: Number(value?.readBigInt64LE(16)) };
      assert.deepEqual(positions, batch.ends.get(0));
    }
  };
}

/** Gives a slot the records of partition 0, and lets what the script says happen; afterwards it goes on to the end. */
export async function live(
  records: readonly InputRecord[],
  script: readonly { readonly records: number; readonly event: Event }[],
  settings: SlotSettings,
  stores: () => Stores,
): Promise<void> {
  const ordered = inOrder(records);
  const life = new Life(ordered, settings, stores, checker(ordered, settings));
  await life.driver.open(0);
  for (const { records: count, event } of script) {
    await life.process(count);
    await life.meet(event);
  }
  while (!life.isOver) await life.process(7);
  await life.driver.run({ kind: 'close', partitions: [0] });
}
