import assert from 'node:assert/strict';
import { type FrameBatch, FrameWriter, framesOf } from '../../src/frames.js';
import type { StoreMark } from '../../src/slots/tasks.js';
import { type LmdbOptions, LmdbStore } from '../../workers/lmdb-store.js';
import { temporaryFolder } from '../support/temporary.js';

const options: LmdbOptions = { mapSizeBytes: 4 * 1_048_576, durability: 'process' };
const markAt = (requests: number): StoreMark => ({
  positions: { init: 1, requests },
  ...{ changelogPosition: 5, clusterId: 'a cluster' },
});

/** Images as frames; null removes one. */
function images(entries: Readonly<Record<string, string | Buffer | null>>): FrameBatch {
  const writer = new FrameWriter();
  const meta = { partition: 0, topic: 0, offset: 0, timestampMs: 0 };
  for (const [key, image] of Object.entries(entries))
    writer.append(meta, typeof image === 'string' ? Buffer.from(image) : image, Buffer.from(key));
  return writer.take();
}

function imagesIn(store: LmdbStore): Record<string, string> {
  const found: Record<string, string> = {};
  store.visitImages((key, image) => {
    found[key] = image.toString();
  });
  return found;
}

describe('an LMDB store', () => {
  let directory: string;
  let store: LmdbStore;
  const open = (overrides: Partial<LmdbOptions> = {}): LmdbStore =>
    LmdbStore.open(directory, { ...options, ...overrides }, () => undefined);
  beforeEach(() => {
    directory = temporaryFolder('lmdb');
    store = open();
  });
  afterEach(() => store.close());

  it('holds what was written last, at once and after it is opened again', async () => {
    assert.deepEqual([store.mark, imagesIn(store)], [undefined, {}]);
    store.write(images({ '1-A': 'one', '1-B': 'two', 'key with é': '' }), markAt(1));
    store.write(images({ '1-A': 'three', '1-B': null }), markAt(2));
    const expected = { '1-A': 'three', 'key with é': '' };
    assert.deepEqual(imagesIn(store), expected);
    assert.deepEqual(store.mark, markAt(2));
    await store.close();
    const visited: Record<string, string> = {};
    store = LmdbStore.open(directory, options, (key, image) => {
      visited[key] = image.toString();
    });
    assert.deepEqual(visited, expected);
    assert.deepEqual(store.mark, markAt(2));
  });

  it('has copied what it was given once a write is done: the frames may be overwritten', () => {
    const large = 'x'.repeat(10_000);
    const batch = images({ '1-A': 'one', '1-B': large, '1-C': '' });
    store.write(batch, markAt(1));
    new Uint8Array(batch.bytes).fill(0xff);
    assert.deepEqual(imagesIn(store), { '1-A': 'one', '1-B': large, '1-C': '' });
  });

  it('keeps its mark while only images are written, and its images while only the mark is', () => {
    store.write(images({ '1-A': 'one' }), markAt(1));
    store.write(images({ '1-A': 'two' }), undefined);
    assert.deepEqual([store.mark, imagesIn(store)], [markAt(1), { '1-A': 'two' }]);
    store.write(undefined, markAt(3));
    assert.deepEqual([store.mark, imagesIn(store)], [markAt(3), { '1-A': 'two' }]);
  });

  it('writes images and mark together or not at all; what fails ends the process (75)', async () => {
    store.write(images({ '1-A': 'one' }), markAt(1));
    const tooLong = 'x'.repeat(3_000);
    const failing = images({ '1-A': 'two', '1-B': 'new', [tooLong]: 'a key that LMDB does not take' });
    assert.throws(() => store.write(failing, markAt(2)), { exitCode: 75, message: /can't be written/ });
    assert.deepEqual([store.mark, imagesIn(store)], [markAt(1), { '1-A': 'one' }]);
    await store.close();
    store = open();
    assert.deepEqual([store.mark, imagesIn(store)], [markAt(1), { '1-A': 'one' }]);
  });

  it('keeps a mark without offsets, which a standby has', async () => {
    const mark: StoreMark = { positions: undefined, changelogPosition: 7, clusterId: 'a cluster' };
    store.write(undefined, mark);
    await store.close();
    store = open();
    assert.deepEqual(store.mark, mark);
  });

  describe('that takes newer images only', () => {
    const isNewer = (image: Buffer, held: Buffer): boolean => image.toString() > held.toString();
    const writeNewer = (entries: Parameters<typeof images>[0], requests: number): number =>
      store.writeNewer(framesOf(images(entries)), markAt(requests), isNewer);

    it('replaces an image by a newer one, adds new ones and removes, and tells how many', () => {
      assert.equal(writeNewer({ '1-A': 'b', '1-B': 'b', '1-C': 'b' }, 1), 3);
      assert.equal(writeNewer({ '1-A': 'a', '1-B': 'c', '1-C': null, '1-D': null }, 2), 2);
      assert.deepEqual([store.mark, imagesIn(store)], [markAt(2), { '1-A': 'b', '1-B': 'c' }]);
    });

    it('compares with what the same batch wrote', () => {
      const writer = new FrameWriter();
      const meta = { partition: 0, topic: 0, offset: 0, timestampMs: 0 };
      for (const image of ['b', 'c', 'a']) writer.append(meta, Buffer.from(image), Buffer.from('1-A'));
      assert.equal(store.writeNewer(framesOf(writer.take()), markAt(1), isNewer), 2);
      assert.deepEqual(imagesIn(store), { '1-A': 'c' });
    });

    it('writes images and mark together or not at all', () => {
      writeNewer({ '1-A': 'a' }, 1);
      const tooLong = 'x'.repeat(3_000);
      assert.throws(() => writeNewer({ '1-A': 'b', [tooLong]: 'a' }, 2), { exitCode: 75 });
      assert.deepEqual([store.mark, imagesIn(store)], [markAt(1), { '1-A': 'a' }]);
    });
  });

  it('grows beyond the map that it was opened with, and stays readable', async () => {
    await store.close();
    store = open({ mapSizeBytes: 1_048_576 });
    const contents = Array.from({ length: 8 }, (_, at) => String(at).repeat(500_000));
    for (const [at, content] of contents.entries()) store.write(images({ [`1-${at}`]: content }), markAt(at));
    await store.close();
    store = open({ mapSizeBytes: 1_048_576 });
    assert.deepEqual(Object.values(imagesIn(store)), contents);
    assert.deepEqual(store.mark, markAt(7));
  });

  it('does not look truncated after a batch that gave its last pages back', async () => {
    const reopen = async (): Promise<void> => {
      await store.close();
      store = open();
    };
    const many = (image: string | null): Record<string, string | null> =>
      Object.fromEntries(Array.from({ length: 2_000 }, (_, at) => [`1-${at}`, image]));
    store.write(images(many('x'.repeat(150))), markAt(1));
    store.write(images({ ...many(null), '1-A': 'kept' }), markAt(2));
    await reopen();
    assert.deepEqual([store.mark, imagesIn(store)], [markAt(2), { '1-A': 'kept' }]);
    const writer = new FrameWriter();
    const meta = { partition: 0, topic: 0, offset: 0, timestampMs: 0 };
    for (const sizeBytes of [400_000, 5_000, 300]) writer.append(meta, Buffer.alloc(sizeBytes, 1), Buffer.from('1-A'));
    store.writeNewer(framesOf(writer.take()), markAt(3), () => true);
    await reopen();
    assert.deepEqual([store.mark, imagesIn(store)['1-A']?.length], [markAt(3), 300]);
  });

  it('holds a name of the longest length that the configuration allows', () => {
    const longest = `${-(2n ** 63n)}-${'x'.repeat(1_900)}`;
    store.write(images({ [longest]: 'image' }), markAt(1));
    assert.deepEqual(imagesIn(store), { [longest]: 'image' });
  });

  it('hands out images that stay as they were', () => {
    store.write(images({ '1-A': 'before' }), markAt(1));
    const kept: Buffer[] = [];
    store.visitImages((_, image) => kept.push(image));
    store.write(images({ '1-A': 'after!' }), markAt(2));
    assert.deepEqual(kept.map(String), ['before']);
  });
});
