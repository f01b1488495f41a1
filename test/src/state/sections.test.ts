import assert from 'node:assert/strict';
import { chownSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FrameWriter } from '../../../src/frames.js';
import { allEntries, isDamaged } from '../../../src/state/sections.js';
import { StateFolder } from '../../../src/state/state-folder.js';
import { LmdbStore } from '../../../workers/lmdb-store.js';
import { emptyState, type MadeState, madeState, openSlot, putSections } from '../../support/fakes/state.js';
import type { Init } from '../../support/wire.js';

const init = (eventId: bigint, section: string): Partial<Init> => ({ eventId, section });

async function listed(state: MadeState, event?: number | bigint): Promise<string[]> {
  const folder = await StateFolder.open(state.config);
  const found = [...allEntries(folder, event)].map((entry) =>
    isDamaged(entry) ? `${entry.key}: ${entry.problem}` : `${entry.eventId} ${entry.name} in ${entry.partition}`,
  );
  await folder.close();
  return found;
}

const put = (directory: string, key: string, image: Buffer): Promise<void> => {
  const images = new FrameWriter();
  images.append({ partition: 0, topic: 0, offset: 0, timestampMs: 0 }, image, Buffer.from(key));
  const store = LmdbStore.open(directory, { mapSizeBytes: 1_048_576, durability: 'process' }, () => undefined);
  store.write(images.take(), undefined);
  return store.close();
};

describe('the sections of the stores', () => {
  it('come by the number of their event and then by name, whatever partition they lie in', async () => {
    const wide = 2n ** 62n;
    const state = await madeState({
      0: [init(10n, 'A'), init(2n, 'B'), init(wide, 'Z'), init(2n, 'left-1-b')],
      3: [init(2n, 'A'), init(-5n, 'A'), init(1n, 'Süd'), init(10n, 'A-2')],
      12: [],
    });
    const expected = ['-5 A in 3', '1 Süd in 3', '2 A in 3', '2 B in 0', '2 left-1-b in 0', '10 A in 0', '10 A-2 in 3'];
    assert.deepEqual(await listed(state), [...expected, `${wide} Z in 0`]);
    assert.deepEqual(await listed(state, 10), ['10 A in 0', '10 A-2 in 3']);
    assert.deepEqual(await listed(state, wide), [`${wide} Z in 0`]);
    assert.deepEqual(await listed(state, 1_000), []);
  });

  it('are all there when they take many transactions to read', async () => {
    const names = Array.from({ length: 1_300 }, (_, index) => `S${String(index).padStart(5, '0')}`);
    const state = await madeState({ 0: names.map((name) => init(7n, name)), 1: [init(7n, 'S00700-b')] });
    const found = await listed(state);
    assert.equal(found.length, names.length + 1);
    assert.deepEqual(found, [...found].sort());
  });

  it('that are damaged are told of in their place, and hide no other', async () => {
    const state = await madeState({ 0: [init(1n, 'A'), init(1n, 'C')] });
    await put(join(state.folder, '0'), '1-B', Buffer.alloc(72, 1));
    await put(join(state.folder, '0'), 'no key', Buffer.alloc(72, 1));
    const [stray, first, damaged, last, ...more] = await listed(state);
    assert.deepEqual([first, last, more], ['1 A in 0', '1 C in 0', []]);
    assert.match(stray ?? '', /^no key: .*not that of a section/);
    assert.match(damaged ?? '', /^1-B: format version/);
  });

  it('of a store that the daemon would not use are not read; the others are', async () => {
    const state = await madeState({ 0: [init(1n, 'A')], 1: [init(1n, 'B')], 2: [init(1n, 'C')] });
    writeFileSync(join(state.folder, '1', 'data.mdb'), Buffer.alloc(65_536, 7));
    mkdirSync(join(state.folder, '5'));
    const folder = await StateFolder.open(state.config);
    assert.deepEqual(folder.partitions, [0, 2]);
    assert.deepEqual(
      folder.unreadable.map(({ partition, reason }) => [partition, /not one of LMDB/.test(reason)]),
      [[1, true]],
    );
    await folder.close();
  });

  it('that a daemon adds while they are read do not stop the reading', async () => {
    const state = emptyState();
    const driver = await openSlot(state, [0], { mapSizeBytes: 1_048_576 });
    await putSections(driver, { 0: Array.from({ length: 600 }, (_, index) => init(1n, `A${10_000 + index}`)) });
    const folder = await StateFolder.open(state.config);
    const entries = allEntries(folder);
    entries.next();
    // Many times what the reader's map was made for, 1 MiB.
    const large = { rows: 1_000, seatsPerRow: 1_000 };
    await putSections(driver, {
      0: Array.from({ length: 100 }, (_, index) => ({ ...init(1n, `B${100 + index}`), ...large })),
    });
    assert.equal([...entries].length, 699);
    await folder.close();
    await driver.run({ kind: 'close', partitions: [0] });
  });

  it('are nowhere where there is no state (78)', async () => {
    await assert.rejects(StateFolder.open(emptyState().config), { exitCode: 78, message: /no state in/ });
  });

  it('of a folder that is another user’s are not opened (78)', async function () {
    if (process.geteuid?.() !== 0) return this.skip();
    const state = await madeState({ 0: [init(1n, 'A')] });
    chownSync(state.folder, 65_534, 65_534);
    await assert.rejects(StateFolder.open(state.config), {
      exitCode: 78,
      message: /belongs to the user with the id 65534: run this as that user/,
    });
  });
});
