import assert from 'node:assert/strict';
import { FrameWriter } from '../../src/frames.js';
import type { FollowedImages, FollowedPart, StoreMark } from '../../src/slots/tasks.js';
import { type StoredImage, storedImages } from '../support/fakes/images.js';
import { initRecord, requestRecord } from '../support/fakes/records.js';
import { slotSettings } from '../support/fakes/settings.js';
import { openedSlot, type Processed, SlotDriver } from '../support/fakes/slot-driver.js';
import { MemoryStores } from '../support/fakes/stores.js';

const clusterId = 'a cluster';

describe('a slot that stands by', () => {
  let stores: MemoryStores;
  let driver: SlotDriver;
  /** What an owner elsewhere put into the changelog: A and B set up, then a seat sold of each in turn. */
  let images: StoredImage[];
  let batches: Processed[];
  beforeEach(async () => {
    stores = new MemoryStores();
    driver = new SlotDriver(slotSettings(), stores);
    const owner = await openedSlot(slotSettings());
    batches = [
      await owner.process(initRecord({ section: 'A' }, { offset: 0 }), initRecord({ section: 'B' }, { offset: 1 })),
      await owner.process(requestRecord({ section: 'A' }, { offset: 0 })),
      await owner.process(requestRecord({ section: 'B' }, { offset: 1 })),
    ];
    images = batches.flatMap(storedImages);
  });

  /** Images of partitions, each with the position behind its last. */
  async function follow(...all: { images: readonly StoredImage[]; position: number; partition?: number }[]) {
    const frames = new FrameWriter();
    const parts = all.map(({ images: own, position, partition = 0 }): FollowedPart => {
      const start = frames.sizeBytes;
      for (const { key, value } of own)
        frames.append({ partition, topic: 0, offset: 0, timestampMs: 0 }, value, Buffer.from(key));
      return { partition, start, end: frames.sizeBytes, changelogPosition: position };
    });
    const { tookMs, ...followed } = await driver.run({ kind: 'follow', parts, frames: frames.take(), clusterId });
    assert.ok(tookMs > 0);
    return followed;
  }
  const standBy = (partition = 0) => driver.run({ kind: 'standBy', partition });
  const held = (partition = 0): Record<string, string> =>
    Object.fromEntries([...stores.of(partition).images].map(([key, image]) => [key, image.toString('hex')]).sort());
  const newest = (): Record<string, string> =>
    Object.fromEntries(images.map(({ key, value }) => [key, value?.toString('hex') ?? '']).sort());
  const none: FollowedImages['problems'] = [];

  it('keeps the newest image of each section, and how far it followed, without offsets that it does not know', async () => {
    const { mark, discarded, problem } = await standBy();
    assert.deepEqual([mark, discarded, problem], [undefined, undefined, undefined]);
    assert.deepEqual(await follow({ images, position: 7 }), { applied: 4, problems: none });
    assert.deepEqual(held(), newest());
    assert.deepEqual(stores.of(0).mark, { positions: undefined, changelogPosition: 7, clusterId });
  });

  it('never goes back to an older image, and leaves the offsets of a former owner as they are', async () => {
    const mark: StoreMark = { positions: { init: 2, requests: 2 }, changelogPosition: 3, clusterId };
    for (const { key, value } of images) stores.of(0).images.set(key, value ?? Buffer.alloc(0));
    stores.of(0).mark = mark;
    await standBy();
    assert.deepEqual(await follow({ images: images.slice(0, 3), position: 5 }), { applied: 0, problems: none });
    assert.deepEqual(held(), newest());
    assert.deepEqual(stores.of(0).mark, { ...mark, changelogPosition: 5 });
  });

  it('a tombstone takes the section away, and with it the offsets that the store stood for', async () => {
    stores.of(0).mark = { positions: { init: 2, requests: 2 }, changelogPosition: 0, clusterId };
    await standBy();
    await follow({ images, position: 4 });
    await follow({ images: [{ key: '1-A', value: null }], position: 5 });
    assert.deepEqual(Object.keys(held()), ['1-B']);
    assert.deepEqual(stores.of(0).mark, { positions: undefined, changelogPosition: 5, clusterId });
  });

  it('hands its store to the slot that becomes the owner, as it is, and the owner answers from it', async () => {
    await standBy();
    await follow({ images, position: 4 });
    const [opened] = await driver.open(0);
    const mark = { positions: undefined, changelogPosition: 4, clusterId };
    assert.deepEqual(opened, { partition: 0, mark, sections: 2, discarded: undefined });
    driver.positions.set(0, { init: 2, requests: 2 });
    const next = await driver.process(requestRecord({ section: 'A', seatCount: 10 }, { offset: 2 }));
    assert.deepEqual(next.counts.rejected.tooFewSeats, 1);
    await driver.persist(next);
    await driver.run({ kind: 'close', partitions: [0] });
    assert.deepEqual((await standBy()).mark?.positions, { init: 2, requests: 3 });
  });

  it('hands a store that was damaged meanwhile to nobody: it is opened anew, and set aside', async () => {
    await standBy();
    await follow({ images, position: 4 });
    const stored = stores.of(0);
    stored.images.get('1-A')?.writeUInt8(0xff, 70);
    stored.damage = 'its image is damaged';
    const [opened] = await driver.open(0);
    assert.deepEqual([opened?.sections, opened?.mark], [0, undefined]);
    assert.deepEqual(opened?.discarded, { reason: 'its image is damaged', setAside: '0.aside' });
  });

  it('does not pass a damaged image: nothing of its batch is written, and whoever takes over comes upon it', async () => {
    await standBy();
    await standBy(2);
    await follow({ images: images.slice(0, 2), position: 2 });
    const before = held();
    const damaged = Buffer.from(images[2]?.value ?? '');
    damaged.writeUInt8(damaged.readUInt8(70) ^ 1, 70);
    const batch = [
      { key: '1-B', value: images[3]?.value ?? null },
      { key: '1-A', value: damaged },
    ];
    const { applied, problems } = await follow({ images: batch, position: 4 }, { images, position: 4, partition: 2 });
    assert.equal(applied, 4);
    assert.deepEqual(
      problems.map(({ partition }) => partition),
      [0],
    );
    assert.match(problems[0]?.problem ?? '', /damaged image/);
    assert.deepEqual(held(), before);
    assert.equal(stores.of(0).mark?.changelogPosition, 2);
    assert.equal(stores.of(0).isOpen, false);
    assert.deepEqual(held(2), newest());
  });

  it('that can not write is no failure of the slot: what it owns is processed and persisted', async () => {
    await driver.open(1);
    await standBy();
    stores.failWrites(new Error('the disk is full'));
    const { problems } = await follow({ images, position: 4 });
    assert.deepEqual(problems, [{ partition: 0, problem: 'the disk is full' }]);
    assert.deepEqual([stores.of(0).isOpen, stores.of(0).mark, held()], [false, undefined, {}]);
    stores.failWrites(undefined);
    await driver.persist(await driver.process(initRecord({}, { offset: 0, partition: 1 })));
    assert.equal((await standBy()).problem, undefined);
    assert.deepEqual(await follow({ images, position: 4 }), { applied: 4, problems: none });
  });

  it('that can not be opened is a problem, and no failure of the slot', async () => {
    stores.of(0).isOpen = true;
    assert.match((await standBy()).problem ?? '', /opened once/);
    await driver.open(1);
  });

  it('tells of a store that was set aside', async () => {
    stores.of(0).damage = 'its file is damaged';
    assert.deepEqual((await standBy()).discarded, { reason: 'its file is damaged', setAside: '0.aside' });
  });

  it('closes what stands by, and nothing that is owned or not open', async () => {
    await driver.open(1);
    await standBy();
    assert.deepEqual(await driver.run({ kind: 'standDown', partitions: [0, 1, 2] }), { partitions: 1 });
    assert.deepEqual([stores.of(0).isOpen, stores.of(1).isOpen], [false, true]);
  });

  it('never touches the store of a partition that is owned', async () => {
    await driver.open(0);
    const { problems } = await follow({ images, position: 4 });
    assert.match(problems[0]?.problem ?? '', /broken invariant: partition 0 stands by/);
    assert.deepEqual([held(), stores.of(0).isOpen], [{}, true]);
    await assert.rejects(standBy(), { exitCode: 70, message: /not owned while it stands by/ });
  });
});
