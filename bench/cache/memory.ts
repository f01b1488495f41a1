import { SectionStatusCache } from '../../src/client/section-status-cache.js';
import { filledSource } from './filled-source.js';

/**
 * `node --expose-gc --import tsx bench/cache/memory.ts SECTIONS`: what a cache of so many sections holds, as one line of JSON.
 * Its source in memory is given up before the second look.
 */
const sections = Number(process.argv[2] ?? 100_000);
const { gc } = globalThis;
if (gc === undefined) throw new Error('node needs --expose-gc');

async function settled(): Promise<NodeJS.MemoryUsage> {
  for (let round = 0; round < 3; round += 1) {
    gc?.();
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return process.memoryUsage();
}

// What is loaded and compiled at the first use counts for neither.
const first = await SectionStatusCache.follow({}, async () => filledSource(1_000));
await first.ready();
await first.close();
const before = await settled();
const cache = await SectionStatusCache.follow({}, async () => filledSource(sections));
await cache.ready();
const after = await settled();
const heapBytes = after.heapUsed + after.external - before.heapUsed - before.external;
process.stdout.write(
  `${JSON.stringify({ sections: cache.statistics().size, heapBytes, rssBytes: after.rss - before.rss })}\n`,
);
await cache.close();
