import assert from 'node:assert/strict';
import { SectionStatusCache } from '../../../src/client/section-status-cache.js';
import { CacheFeed } from '../../../src/watch/cache-feed.js';
import { MemoryStatusSource } from '../client/memory-status-source.js';

describe('the status topic of a board', () => {
  it('says when nothing in it can be decoded, as where the framing is another; not for some that can not', async () => {
    const troubleOf = async (fill: (source: MemoryStatusSource) => void): Promise<string | undefined> => {
      const source = new MemoryStatusSource(1);
      fill(source);
      source.reachAllEnds();
      const cache = await SectionStatusCache.follow({}, async () => source);
      await cache.ready();
      const trouble = new CacheFeed(cache).trouble();
      await cache.close();
      return trouble;
    };
    const damaged = (source: MemoryStatusSource): void => source.writeBytes(0, Buffer.from('1-A'), Buffer.of(1));
    assert.match(String(await troubleOf(damaged)), /^no status can be decoded: avro\.framing/);
    const one = await troubleOf((source) => {
      damaged(source);
      source.write(0, 'B', 5, 1_000);
    });
    assert.equal(one, undefined);
    assert.equal(await troubleOf(() => undefined), undefined);
  });
});
