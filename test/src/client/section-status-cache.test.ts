import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { SectionUpdate } from '../../../src/client/index.js';
import { SectionStatusCache, type SectionStatusCacheOptions } from '../../../src/client/section-status-cache.js';
import { fullStatusCodec } from '../../support/wire.js';
import { MemoryStatusSource } from './memory-status-source.js';

const big = 2n ** 60n;

describe('SectionStatusCache', () => {
  const open: SectionStatusCache[] = [];
  afterEach(() => Promise.all(open.splice(0).map((cache) => cache.close())));

  async function cacheOf(sources: MemoryStatusSource[], options: Partial<SectionStatusCacheOptions> = {}) {
    const left = [...sources];
    const cache = await SectionStatusCache.follow(options, async () => {
      const source = left.shift();
      if (source === undefined) throw new Error('there is no such topic');
      return source;
    });
    open.push(cache);
    return cache;
  }

  async function readyCache(
    fill: (source: MemoryStatusSource) => void,
    options: Partial<SectionStatusCacheOptions> = {},
  ) {
    const source = new MemoryStatusSource(2);
    fill(source);
    source.reachAllEnds();
    const cache = await cacheOf([source], options);
    await cache.ready();
    return { cache, source };
  }

  const untilUpdated = async (cache: SectionStatusCache): Promise<SectionUpdate> =>
    ((await once(cache, 'update')) as [SectionUpdate])[0];

  const countsOf = (cache: SectionStatusCache, eventId: number | bigint = 1): Record<string, number> =>
    Object.fromEntries(cache.sections(eventId).map(({ section, availableCount }) => [section, availableCount]));

  it('reads a status as the daemon writes it, ids beyond 2^53 and names with dashes too', async () => {
    const { cache } = await readyCache((source) => {
      source.write(0, 'left-1', 7, 1_234);
      source.write(1, 'Süd', 0, 5, big);
      source.write(1, 'x', 1, 5, -(2n ** 63n));
    });
    assert.deepEqual(cache.get(1, 'left-1'), { eventId: 1, section: 'left-1', availableCount: 7, timestampMs: 1_234 });
    assert.deepEqual(cache.get(1n, 'left-1'), cache.get(1, 'left-1'));
    assert.deepEqual(cache.get(big, 'Süd'), { eventId: big, section: 'Süd', availableCount: 0, timestampMs: 5 });
    assert.equal(cache.get(-(2n ** 63n), 'x')?.availableCount, 1);
    assert.equal(cache.get(1, 'Süd'), undefined);
    assert.deepEqual(new Set(cache.events()), new Set([1, big, -(2n ** 63n)]));
  });

  it('lets through what it does not know, and turns away what can not be had', async () => {
    const { cache } = await readyCache((source) => source.write(0, 'A', 2));
    assert.deepEqual(
      [1, 2, 3].map((seats) => cache.hasEnoughSeats(1, 'A', seats)),
      [true, true, false],
    );
    assert.equal(cache.hasEnoughSeats(1, 'B', 1_000), true);
    assert.equal(cache.hasEnoughSeats(2, 'A', 3), true);
    const { hits, misses, missRate, size } = cache.statistics();
    assert.deepEqual({ hits, misses, missRate, size }, { hits: 3, misses: 2, missRate: 2 / 5, size: 1 });
  });

  it('knows no section before it has read every partition to its end', async () => {
    const source = new MemoryStatusSource(2);
    source.write(0, 'A', 9);
    source.reachEnd(0);
    const cache = await cacheOf([source]);
    await new Promise((resolve) => setTimeout(resolve, 50));
    assert.equal(cache.get(1, 'A'), undefined);
    assert.equal(cache.statistics().isReady, false);
    source.reachEnd(1);
    await cache.ready();
    assert.equal(cache.get(1, 'A')?.availableCount, 9);
  });

  it('is not ready at an end before the high watermark, where a transaction is open, but behind it', async () => {
    const source = new MemoryStatusSource(1);
    source.write(0, 'A', 9);
    source.reachEnd(0, 1, 3);
    const cache = await cacheOf([source]);
    await new Promise((resolve) => setTimeout(resolve, 50));
    assert.equal(cache.statistics().isReady, false);
    source.write(0, 'A', 8);
    source.reachEnd(0, 3, 3);
    await cache.ready();
    assert.equal(cache.get(1, 'A')?.availableCount, 8);
  });

  it('takes the later record of a partition, whatever its timestamp, and tells each change', async () => {
    const { cache, source } = await readyCache((topic) => {
      topic.write(0, 'A', 5, 2_000);
      topic.write(0, 'A', 4, 1_000);
    });
    assert.deepEqual(countsOf(cache), { A: 4 });
    source.write(0, 'A', 3, 500);
    assert.deepEqual(await untilUpdated(cache), {
      ...{ kind: 'counted', eventId: 1, section: 'A', availableCount: 3, timestampMs: 500 },
    });
    assert.deepEqual(countsOf(cache), { A: 3 });
  });

  it('takes the later timestamp where partitions were added and a section is in two', async () => {
    const { cache } = await readyCache((source) => {
      source.write(1, 'A', 3, 2_000);
      source.write(1, 'B', 3, 1_000);
      source.write(0, 'A', 5, 1_000);
      source.write(0, 'B', 5, 2_000);
    });
    assert.deepEqual(countsOf(cache), { A: 3, B: 5 });
  });

  it('forgets a section at its tombstone', async () => {
    const { cache, source } = await readyCache((topic) => {
      topic.write(0, 'A', 5);
      topic.write(0, 'B-2', 5);
      topic.write(0, 'A');
    });
    assert.deepEqual(countsOf(cache), { 'B-2': 5 });
    source.write(0, 'B-2');
    assert.deepEqual(await untilUpdated(cache), { kind: 'removed', eventId: 1, section: 'B-2' });
    assert.deepEqual(cache.sections(1), []);
    assert.equal(cache.statistics().size, 0);
  });

  it('does not know a section whose newest status it can not read', async () => {
    const { cache } = await readyCache((source) => {
      source.write(0, 'A', 5);
      source.write(0, 'B', 5);
      source.writeBytes(0, Buffer.from('1-A'), Buffer.from([1, 2, 3]));
      source.writeBytes(0, Buffer.from('no key'), Buffer.alloc(0));
    });
    assert.deepEqual(countsOf(cache), { B: 5 });
    assert.equal(cache.statistics().undecodable, 2);
  });

  it('reads the full map of the replaced system, with the time of its record', async () => {
    const seatStatuses = { 'A-1': 'AVAILABLE', 'A-2': 'RESERVED' };
    const value = fullStatusCodec.encode({ eventId: big, section: 'A', seatStatuses, availableCount: 1 });
    const { cache } = await readyCache((source) => source.writeBytes(0, Buffer.from(`${big}-A`), value, 77), {
      payload: 'full',
    });
    assert.deepEqual(cache.get(big, 'A'), { eventId: big, section: 'A', availableCount: 1, timestampMs: 77 });
  });

  it('waits for a decoder that has to ask, and keeps the order', async () => {
    let asked = 0;
    const decode = (value: Buffer, timestampMs: number) => {
      const count = { eventId: 1n, section: 'A', availableCount: value.readUInt8(0), timestampMs };
      return asked++ === 0 ? new Promise<typeof count>((resolve) => setTimeout(resolve, 20, count)) : count;
    };
    const { cache } = await readyCache(
      (source) => {
        for (const value of [9, 8]) source.writeBytes(0, Buffer.from('1-A'), Buffer.of(value));
      },
      { decoder: { decode } },
    );
    assert.deepEqual(countsOf(cache), { A: 8 });
  });

  it('tells why its decoder waits, and is closed while it does', async () => {
    const source = new MemoryStatusSource(1);
    source.writeBytes(0, Buffer.from('1-A'), Buffer.of(1));
    source.reachAllEnds();
    let isAsked: () => void = () => undefined;
    const asked = new Promise<void>((resolve) => {
      isAsked = resolve;
    });
    const decode = (): Promise<never> => {
      isAsked();
      return new Promise(() => undefined);
    };
    const cache = await cacheOf([source], { decoder: { decode, problem: 'the registry is away' } });
    await asked;
    assert.equal(cache.statistics().problem, 'the registry is away');
    await cache.close();
    const { undecodable, isReady } = cache.statistics();
    assert.deepEqual([undecodable, isReady], [0, false]);
    await assert.rejects(cache.ready(), /closed before it was ready/);
  });

  it('serves what it knows while a topic made anew is read, then that topic, and what it has not told of for a time', async () => {
    const first = new MemoryStatusSource(2);
    first.write(0, 'A', 5, 9_000);
    first.write(1, 'B', 6, 9_000);
    first.reachAllEnds();
    const second = new MemoryStatusSource(3);
    // Its beginning has been true, once.
    second.write(2, 'A', 9, 1_000);
    const cache = await cacheOf([first, second], { carryOverMs: 100 });
    await cache.ready();
    first.outdated = 'the topic was made anew';
    await once(cache, 'problem');
    assert.deepEqual(countsOf(cache), { A: 5, B: 6 });
    second.write(2, 'A', 4, 2_000);
    second.reachAllEnds();
    assert.deepEqual(await untilUpdated(cache), {
      ...{ kind: 'counted', eventId: 1, section: 'A', availableCount: 4, timestampMs: 2_000 },
    });
    assert.deepEqual(countsOf(cache), { A: 4, B: 6 });
    const { carriedOver, loads, problem } = cache.statistics();
    assert.deepEqual({ carriedOver, loads, problem }, { carriedOver: 1, loads: 2, problem: undefined });
    assert.equal(first.isClosed, true);
    assert.deepEqual(await untilUpdated(cache), { kind: 'removed', eventId: 1, section: 'B' });
    assert.deepEqual(countsOf(cache), { A: 4 });
    assert.equal(cache.statistics().carriedOver, 0);
  });

  it('keeps for good what the topic made anew tells of later, and drops nothing else', async () => {
    const first = new MemoryStatusSource(1);
    first.write(0, 'A', 5, 9_000);
    first.reachAllEnds();
    const second = new MemoryStatusSource(1);
    second.reachAllEnds();
    const cache = await cacheOf([first, second], { carryOverMs: 60_000 });
    await cache.ready();
    first.outdated = 'the topic was made anew';
    await once(cache, 'problem');
    // An older timestamp: of another topic it says nothing.
    second.write(0, 'A', 4, 1_000);
    await untilUpdated(cache);
    assert.deepEqual(countsOf(cache), { A: 4 });
    assert.equal(cache.statistics().carriedOver, 0);
  });

  it('reads again after a failure, and serves what it knows meanwhile', async () => {
    const first = new MemoryStatusSource(1);
    first.write(0, 'A', 5);
    first.reachAllEnds();
    const second = new MemoryStatusSource(1);
    second.write(0, 'A', 4);
    const cache = await cacheOf([first, second]);
    await cache.ready();
    first.failure = new Error('the offset is out of range');
    const [problem] = (await once(cache, 'problem')) as [Error];
    assert.equal(problem.message, 'the offset is out of range');
    assert.deepEqual(countsOf(cache), { A: 5 });
    assert.equal(cache.statistics().problem, 'the offset is out of range');
    second.reachAllEnds();
    await untilUpdated(cache);
    assert.deepEqual(countsOf(cache), { A: 4 });
  });

  it('leaves out, and counts, sections beyond its limit', async () => {
    const { cache } = await readyCache(
      (source) => {
        for (const section of ['A', 'B', 'C']) source.write(0, section, 5);
        source.write(0, 'A', 4);
      },
      { sectionLimit: 2 },
    );
    assert.deepEqual(countsOf(cache), { A: 4, B: 5 });
    assert.equal(cache.statistics().overflowed, 1);
    assert.equal(cache.hasEnoughSeats(1, 'C', 9), true);
  });

  it('rejects ready when it is closed before', async () => {
    const cache = await cacheOf([new MemoryStatusSource(1)]);
    const ready = cache.ready();
    await cache.close();
    await assert.rejects(ready, /closed before it was ready/);
  });
});
