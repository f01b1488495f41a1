import assert from 'node:assert/strict';
import { total } from '../../src/slots/counts.js';
import type { InputRecord } from '../support/fakes/records.js';
import { type Processed, SlotDriver } from '../support/fakes/slot-driver.js';
import { MemoryStores } from '../support/fakes/stores.js';
import { SlotCheck } from './slot-check.js';
import { type End, type SlotInput, slotInput } from './slot-inputs.js';
import { SlotModel } from './slot-model.js';
import { type Outcome, pureTarget, type Target } from './target.js';

/** A slot with partition 0, its store, and the model that it is held against. */
class SlotRun {
  private readonly stores = new MemoryStores();
  private driver: SlotDriver;
  private model: SlotModel;
  /** What was persisted, with what the slot found too large, so that the model can be made again. */
  private readonly persisted: { readonly record: InputRecord; readonly isTooLarge: boolean }[] = [];
  answers = 0;
  deadLetters = 0;

  constructor(private readonly settings: SlotInput['settings']) {
    this.driver = new SlotDriver(settings, this.stores);
    this.model = new SlotModel(settings);
  }

  open(): Promise<unknown> {
    return this.driver.open(0);
  }

  async process(records: readonly InputRecord[], end: End): Promise<void> {
    const batch = await this.driver.process(...records);
    const check = new SlotCheck(this.settings, this.model, batch);
    check.records(records);
    this.answers += batch.results.count;
    this.deadLetters += total(batch.counts.deadLetters);
    await this.meet(end, batch, () => {
      this.persisted.push(...records.map((record) => ({ record, isTooLarge: check.isTooLarge(record) })));
    });
  }

  private async meet(end: End, batch: Processed, remember: () => void): Promise<void> {
    if (end === 'persist' || end === 'restart') {
      await this.driver.persist(batch);
      remember();
      this.assertStored();
    }
    if (end === 'discard') await this.driver.run({ kind: 'reload', partitions: [0] });
    if (end === 'restart') await this.driver.run({ kind: 'close', partitions: [0] });
    if (end === 'crash' || end === 'restart') await this.begin();
    if (end !== 'persist') {
      this.model = new SlotModel(this.settings);
      for (const { record, isTooLarge } of this.persisted) this.model.apply(record, isTooLarge);
    }
  }

  private async begin(): Promise<void> {
    this.stores.crash();
    const { positions } = this.driver;
    this.driver = new SlotDriver(this.settings, this.stores);
    // What was lost is not read again: the records that follow lie behind it.
    for (const [partition, position] of positions) this.driver.positions.set(partition, position);
    const [opened] = await this.driver.open(0);
    assert.equal(opened?.sections, this.stores.of(0).images.size);
  }

  private assertStored(): void {
    const { images } = this.stores.of(0);
    assert.deepEqual([...images.keys()].sort(), [...this.model.sections.keys()].sort());
    for (const [key, image] of images) SlotCheck.assertImage(key, image, this.model.sections.get(key));
  }
}

async function check({ settings, batches }: SlotInput): Promise<Outcome> {
  const run = new SlotRun(settings);
  await run.open();
  for (const { records, end } of batches) await run.process(records, end);
  return run.answers > run.deadLetters ? 'accepted' : 'refused';
}

const hex = (bytes: Buffer | null): string => bytes?.toString('hex') ?? 'null';

const target = pureTarget(
  'slot',
  'hostile records through a whole slot: answers, statuses, images and dead letters by the plain model',
  {
    generate: slotInput,
    check,
    show: ({ settings: { adjacency, onSold, emit, limits }, batches }: SlotInput) =>
      JSON.stringify({
        settings: { adjacency, onSold, emit, limits },
        batches: batches.map(({ records, end }) => ({
          end,
          records: records.map((record) => ({ ...record, key: hex(record.key), value: hex(record.value) })),
        })),
      }),
  },
);

/** An input is some ten records, in one to three batches. */
export const slotTarget: Target = { ...target, share: 0.1 };
