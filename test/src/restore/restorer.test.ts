import assert from 'node:assert/strict';
import { ExitCode } from '../../../src/errors.js';
import { FakeDaemon, type FakeDaemonOptions } from '../../support/fakes/daemon.js';
import { FakeKafka } from '../../support/fakes/kafka.js';
import { initRecord, requestRecord } from '../../support/fakes/records.js';
import { until } from '../../support/fakes/steps.js';
import { MemoryStores } from '../../support/fakes/stores.js';

const running = (): boolean => false;
const sections = ['A', 'B', 'C', 'D', 'E'];

describe('the restorer', () => {
  let kafka: FakeKafka;
  let stores: MemoryStores;
  beforeEach(() => {
    kafka = new FakeKafka();
    stores = new MemoryStores();
  });

  /** Another life of the daemon on the same cluster, after the one before was killed. */
  function daemon(options: FakeDaemonOptions = {}): FakeDaemon {
    stores.crash();
    return new FakeDaemon(kafka, stores, options);
  }

  /** Processes, in partitions 0 and 1, an init of five sections each and five requests. */
  async function work(): Promise<void> {
    for (const partition of [0, 1]) {
      for (const [offset, section] of sections.entries()) {
        kafka.add(initRecord({ section }, { partition, offset, timestampMs: offset }));
        kafka.add(requestRecord({ section, seatCount: 2 }, { partition, offset, timestampMs: 100 + offset }));
      }
    }
    const first = daemon({ batch: { maxMessages: 3 } }).start(0, 1);
    await first.caughtUp(0, 1);
    await first.stop();
  }

  const committed = (init = 5, requests = 5): { init: number; requests: number } => ({ init, requests });
  const imagesOf = (partition: number): Record<string, string> =>
    Object.fromEntries([...stores.of(partition).images].map(([key, image]) => [key, image.toString('hex')]).sort());

  it('is ready from the stores alone when they are equal to the committed offsets', async () => {
    await work();
    const next = daemon();
    const ready = await next.restorer.restore([0, 1], running);
    assert.deepEqual(
      ready?.map(({ partition, start }) => ({ partition, start })),
      [0, 1].map((partition) => ({ partition, start: committed() })),
    );
    assert.deepEqual(next.changelog.stretches, []);
    assert.equal(next.imagesRead, 0);
    assert.deepEqual(
      next.log.of('restored').map(({ partition, source, sections }) => ({ partition, source, sections })),
      [0, 1].map((partition) => ({ partition, source: 'store', sections: 5 })),
    );
  });

  it('restores a lost store from the changelog, image for image, while the other is used as it is', async () => {
    await work();
    const before = imagesOf(1);
    stores.of(1).images.clear();
    stores.of(1).mark = undefined;
    const next = daemon();
    assert.deepEqual((await next.restorer.restore([0, 1], running))?.[1]?.start, committed());
    assert.deepEqual(imagesOf(1), before);
    assert.deepEqual(next.changelog.stretches, [{ partition: 1, from: 0, until: kafka.changelog(1).length }]);
    assert.equal(next.imagesRead, kafka.changelog(1).length);
    assert.deepEqual(stores.of(1).mark?.positions, committed());
  });

  it('restores a store that is behind from its changelog position on, and tombstones remove images', async () => {
    await work();
    const { images, mark } = stores.of(0);
    const last = kafka.changelog(0).at(-1);
    assert.ok(mark !== undefined && last !== undefined);
    const from = kafka.changelog(0).length - 1;
    stores.of(0).mark = { ...mark, positions: committed(5, 4), changelogPosition: from };
    const before = imagesOf(0);
    images.delete(last.text ?? '');
    kafka.outputs.push({ ...last, text: '1-A', key: Buffer.from('1-A'), value: null });
    const next = daemon();
    await next.restorer.restore([0], running);
    assert.deepEqual(next.changelog.stretches, [{ partition: 0, from, until: from + 2 }]);
    const { '1-A': _, ...others } = before;
    assert.deepEqual(imagesOf(0), others);
  });

  it('takes high watermarks after the committed offsets are known, so that their images lie below', async () => {
    await work();
    const next = daemon();
    await next.restorer.restore([0, 1], running);
    const order = next.steps.only('open', 'committed', 'watermarks');
    assert.equal(order.lastIndexOf('committed'), order.indexOf('watermarks') - 1);
  });

  it('writes the mark last: cut short at any point, the next restore begins again and ends the same', async () => {
    await work();
    const before = imagesOf(0);
    for (let cutAfter = 0; cutAfter < 4; cutAfter += 1) {
      stores.of(0).images.clear();
      stores.of(0).mark = undefined;
      const cut = daemon();
      const ready = await cut.restorer.restore([0], () => cut.steps.count('restore') > cutAfter);
      if (cut.steps.count('restore') > cutAfter) assert.equal(ready, undefined);
      assert.equal(stores.of(0).mark, undefined);
      assert.ok(stores.of(0).images.size > 0);
    }
    const next = daemon();
    await next.restorer.restore([0], running);
    assert.equal(next.steps.done.at(-1), 'restored');
    assert.deepEqual(imagesOf(0), before);
    assert.deepEqual(stores.of(0).mark?.positions, committed());
  });

  it('that is cancelled says so, wherever it is', async () => {
    await work();
    stores.of(0).mark = undefined;
    for (const step of ['committed', 'watermarks', 'changelog', 'restore']) {
      const next = daemon();
      assert.equal(
        await next.restorer.restore([0], () => next.steps.count(step) > 0),
        undefined,
        `cancelled at ${step}`,
      );
    }
    assert.equal(stores.of(0).mark, undefined);
  });

  it('that failed in a worker fails with its exit code', async () => {
    await work();
    stores.of(0).mark = undefined;
    const last = kafka.changelog(0).at(-1);
    assert.ok(last?.value);
    last.value.writeUInt8(last.value.readUInt8(70) ^ 1, 70);
    await assert.rejects(daemon().restorer.restore([0], running), { exitCode: 78, message: /damaged image at offset/ });
  });

  it('images ahead of the committed offsets end exactly_once with 70, and it says why', async () => {
    await work();
    stores.of(0).mark = undefined;
    kafka.committed.set(0, committed(5, 2));
    await assert.rejects(daemon().restorer.restore([0], running), {
      exitCode: ExitCode.internal,
      message: /broken invariant.*partition 0.*set back/,
    });
  });

  it('images ahead of the committed offsets are what at_least_once leaves behind: it begins at the offsets', async () => {
    await work();
    stores.of(0).mark = undefined;
    kafka.committed.set(0, committed(5, 2));
    const ready = await daemon({ settings: { guarantee: 'at_least_once' } }).restorer.restore([0], running);
    assert.deepEqual(ready?.[0]?.start, committed(5, 2));
  });

  it('a store ahead of the committed offsets ends exactly_once with 70', async () => {
    await work();
    kafka.committed.set(0, committed(4, 5));
    await assert.rejects(daemon().restorer.restore([0, 1], running), { exitCode: 70, message: /broken invariant/ });
  });

  it('is in vain when another instance has gone on meanwhile, whatever that looks like, and needs nobody', async () => {
    for (const hadOffsets of [false, true]) {
      [kafka, stores] = [new FakeKafka(), new MemoryStores()];
      if (hadOffsets) await work();
      stores = new MemoryStores();
      const overtaken = daemon();
      const goOn = overtaken.steps.hold('watermarks');
      const restoring = overtaken.restorer.restore([0], running);
      await until(() => overtaken.steps.count('committed') === 1, 'the committed offsets are known');
      const next = hadOffsets ? 5 : 0;
      kafka.add(initRecord({ section: 'Z' }, { offset: next, timestampMs: 900 }));
      kafka.add(requestRecord({ section: 'Z' }, { offset: next, timestampMs: 901 }));
      const other = new FakeDaemon(kafka, new MemoryStores()).start(0);
      await other.caughtUp(0);
      await other.stop();
      goOn();
      assert.equal(await restoring, undefined);
      assert.deepEqual((await daemon().restorer.restore([0], running))?.[0]?.start, committed(next + 1, next + 1));
    }
  });

  it('is in vain when it is cancelled while it asks whether another instance has gone on', async () => {
    await work();
    kafka.committed.clear();
    stores = new MemoryStores();
    const lost = daemon();
    let isCancelled = false;
    lost.steps.before((step) => {
      if (step === 'committed' && lost.steps.count('committed') === 1) isCancelled = true;
    });
    assert.equal(await lost.restorer.restore([0], () => isCancelled), undefined);
    assert.equal(lost.steps.count('committed'), 2);
  });

  describe('under at_least_once', () => {
    const atLeastOnce: FakeDaemonOptions = { settings: { guarantee: 'at_least_once' } };

    it('commits where a partition begins before anything of it is read, also where that is its store alone', async () => {
      await work();
      for (const partition of [0, 1]) kafka.committed.delete(partition);
      stores.of(1).mark = undefined;
      stores.of(1).images.clear();
      kafka.outputs.length = 0;
      await daemon(atLeastOnce).restorer.restore([0, 1], running);
      assert.deepEqual(Object.fromEntries(kafka.committed), { 0: committed(), 1: committed(0, 0) });
    });

    it('is in vain when the group refuses the offsets that it begins at: images would be left alone', async () => {
      kafka.add(initRecord({}, { offset: 0 }));
      const refused = daemon(atLeastOnce);
      refused.input.isGivenUp = true;
      assert.equal(await refused.restorer.restore([0], running), undefined);
      assert.equal(refused.log.of('restored').length, 1);
    });
  });

  it('without offsets it uses those of the store, and says that they expired', async () => {
    await work();
    kafka.committed.clear();
    const next = daemon();
    assert.deepEqual((await next.restorer.restore([0], running))?.[0]?.start, committed());
    assert.deepEqual(next.log.of('offsetsExpired'), [{ partition: 0 }]);
  });

  it('without offsets a store that another instance went on after needs a person (78), or --resume-from images', async () => {
    await work();
    const stored = stores.of(0);
    const older = committed(5, 4);
    assert.ok(stored.mark !== undefined);
    stored.mark = { ...stored.mark, positions: older, changelogPosition: 0 };
    kafka.committed.clear();
    await assert.rejects(daemon().restorer.restore([0], running), {
      exitCode: 78,
      message: /the store is older \(init 5, requests 4\).*--resume-from images/,
    });
    const told = daemon({ resumeFrom: 'images' });
    assert.deepEqual((await told.restorer.restore([0], running))?.[0]?.start, committed());
  });

  it('without offsets, store and images it begins at the earliest offsets and leaves no mark behind', async () => {
    kafka.add(initRecord({}, { offset: 3 }));
    kafka.lowOffsets.set('0-0', 3);
    const next = daemon();
    assert.deepEqual((await next.restorer.restore([0], running))?.[0]?.start, { init: 3, requests: 0 });
    assert.equal(stores.of(0).mark, undefined);
    assert.deepEqual(next.log.of('restored')[0]?.source, 'empty');
  });

  describe('with images and no offsets', () => {
    beforeEach(async () => {
      await work();
      kafka.committed.clear();
      stores = new MemoryStores();
    });

    it('needs a person (78), again and again: what it read meanwhile does not count as a store', async () => {
      for (let times = 0; times < 2; times += 1) {
        await assert.rejects(daemon().restorer.restore([0], running), {
          exitCode: 78,
          message: /--resume-from images/,
        });
      }
    });

    it('goes on behind the newest image when told to, and the next start needs not be told', async () => {
      const told = daemon({ resumeFrom: 'images' });
      assert.deepEqual((await told.restorer.restore([0], running))?.[0]?.start, committed());
      assert.deepEqual((await daemon().restorer.restore([0], running))?.[0]?.start, committed());
    });
  });

  it('tells of a store that was set aside, and restores it from the changelog', async () => {
    await work();
    const before = imagesOf(0);
    stores.of(0).damage = 'its file is damaged';
    const next = daemon();
    await next.restorer.restore([0], running);
    assert.deepEqual(next.log.of('storeSetAside'), [
      { partition: 0, reason: 'its file is damaged', setAside: '0.aside' },
    ]);
    assert.deepEqual(imagesOf(0), before);
  });

  it('tells of it at once, for LMDB may crash on the next store of the slot', async () => {
    await work();
    stores.of(0).damage = 'its file is damaged';
    const next = daemon();
    next.steps.before((step) => {
      if (step === 'open' && next.log.of('storeSetAside').length > 0) throw new Error('LMDB crashed');
    });
    await assert.rejects(next.restorer.restore([0, 2], running), /LMDB crashed/);
  });

  it('keeps a lower bound of where the changelog was followed to', async () => {
    await work();
    const untouched = (await daemon().restorer.restore([0], running))?.[0];
    assert.equal(untouched?.changelogPosition, stores.of(0).mark?.changelogPosition);
    stores.of(0).mark = undefined;
    const high = kafka.changelog(0).length;
    const followed = (await daemon().restorer.restore([0], running))?.[0];
    assert.equal(followed?.changelogPosition, high);
    assert.equal(stores.of(0).mark?.changelogPosition, high);
  });

  it('has nothing to do for no partitions', async () => {
    const next = daemon();
    assert.deepEqual(await next.restorer.restore([], running), []);
    assert.deepEqual(next.steps.done, []);
  });
});
