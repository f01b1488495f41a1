import assert from 'node:assert/strict';
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FrameWriter } from '../../../src/frames.js';
import { backUp } from '../../../src/state/backup.js';
import { compactStores } from '../../../src/state/compaction.js';
import { copyFolder, readManifest } from '../../../src/state/manifest.js';
import { restoreBackup } from '../../../src/state/restoration.js';
import { allEntries, isDamaged } from '../../../src/state/sections.js';
import { StateFolder } from '../../../src/state/state-folder.js';
import { lockState } from '../../../src/state-lock.js';
import { emptyState, type MadeState, madeState, openSlot, sell } from '../../support/fakes/state.js';
import { temporaryFolder } from '../../support/temporary.js';
import type { Init } from '../../support/wire.js';

const inits = (count: number): Partial<Init>[] =>
  Array.from({ length: count }, (_, index) => ({ section: `S${index}`, rows: 10, seatsPerRow: 50 }));

/** What a state holds: sections with their free seats, and each partition's mark. */
async function contentsOf({ config }: MadeState): Promise<unknown> {
  const state = await StateFolder.open(config);
  assert.deepEqual(state.unreadable, []);
  const sections = [...allEntries(state)].map((entry) =>
    isDamaged(entry) ? entry : [entry.partition, entry.name, [...entry.map.words], entry.positions],
  );
  const marks = state.partitions.map((partition) => state.read(partition, ({ mark }) => mark));
  await state.close();
  return { sections, marks };
}

const sameApplication = (state: MadeState): MadeState => {
  const other = emptyState();
  return { ...other, config: { ...other.config, application: state.config.application } };
};

describe('a backup of the state', () => {
  let state: MadeState;
  let target: string;
  beforeEach(async () => {
    state = await madeState({ 0: inits(30), 3: inits(5), 7: [] });
    target = join(temporaryFolder('backup'), 'deep', 'one');
  });

  it('restored on another host is the same state, which the daemon opens as cleanly closed', async () => {
    const manifest = await backUp(state.config, target);
    assert.deepEqual(
      manifest.partitions.map(({ partition, sections, positions }) => [partition, sections, positions?.init]),
      [
        [0, 30, 30],
        [3, 5, 5],
        [7, 0, undefined],
      ],
    );
    assert.equal(manifest.clusterId, 'a cluster');
    assert.deepEqual(readManifest(target), manifest);
    const other = sameApplication(state);
    assert.deepEqual(await restoreBackup(other.config, target), manifest);
    assert.deepEqual(await contentsOf(other), await contentsOf(state));
    const driver = await openSlot(other, []);
    for (const opened of await driver.open(0, 3, 7)) assert.equal(opened.discarded, undefined);
    await driver.run({ kind: 'close', partitions: [0, 3, 7] });
  });

  it('is taken while a daemon writes, and is of one moment of each partition', async () => {
    const driver = await openSlot(state, [0]);
    driver.positions.set(0, { init: 30, requests: 0 });
    let isOver = false;
    let sold = 0;
    const selling = (async () => {
      while (!isOver) {
        for (const section of ['S1', 'S2']) await sell(driver, 0, 1n, section, 1);
        sold += 1;
        await new Promise((resolve) => setImmediate(resolve));
      }
    })();
    const manifest = await backUp(state.config, target);
    isOver = true;
    await selling;
    await driver.run({ kind: 'close', partitions: [0] });
    assert.ok(sold > 1);
    const other = sameApplication(state);
    await restoreBackup(other.config, target);
    const restored = await StateFolder.open(other.config);
    const requests = manifest.partitions.find(({ partition }) => partition === 0)?.positions?.requests ?? 0;
    const soldOf = [...allEntries(restored)].flatMap((entry) =>
      isDamaged(entry) || entry.partition !== 0 || entry.map.sold === 0 ? [] : [entry.map.sold],
    );
    await restored.close();
    assert.equal(
      soldOf.reduce((sum, one) => sum + one, 0),
      requests,
      'images and positions are of one transaction',
    );
  });

  it('is for its owner only', async () => {
    await backUp(state.config, target);
    assert.equal(statSync(target).mode & 0o777, 0o700);
    assert.deepEqual(readdirSync(copyFolder(target, 0)), ['data.mdb']);
  });

  it('goes to no folder that has something in it (78)', async () => {
    await backUp(state.config, target);
    await assert.rejects(backUp(state.config, target), { exitCode: 78, message: /is not empty/ });
  });

  it('of a store with a damaged image is refused, names the section, and leaves no manifest (78)', async () => {
    const file = join(state.folder, '3', 'data.mdb');
    const bytes = readFileSync(file);
    bytes[bytes.indexOf(Buffer.from([1, 0, 64, 0])) + 70]! ^= 1;
    writeFileSync(file, bytes);
    await assert.rejects(backUp(state.config, target), {
      exitCode: 78,
      message: /partition 3 .*"1-S\d" .*state verify/,
    });
    assert.ok(!existsSync(join(target, 'manifest.json')));
    await assert.rejects(restoreBackup(sameApplication(state).config, target), {
      exitCode: 78,
      message: /not a whole backup/,
    });
  });

  it('is not restored over stores, nor while a daemon runs, nor for another application (78)', async () => {
    await backUp(state.config, target);
    await assert.rejects(restoreBackup(state.config, target), {
      exitCode: 78,
      message: /has the stores of 3 partitions/,
    });
    const other = sameApplication(state);
    const lock = lockState(other.config.state.directory, other.config.application);
    await assert.rejects(restoreBackup(other.config, target), { exitCode: 78, message: /held by another process/ });
    lock.release();
    const foreign = { ...other.config, application: 'other' };
    await assert.rejects(restoreBackup(foreign, target), {
      exitCode: 78,
      message: /is a backup of the application app/,
    });
  });

  it('that was damaged or is not whole is not restored, and nothing of it (78)', async () => {
    await backUp(state.config, target);
    const damages: ((folder: string) => void)[] = [
      (folder) => rmSync(join(folder, 'manifest.json')),
      (folder) => writeFileSync(join(folder, 'manifest.json'), '{"format": 2}'),
      (folder) => rmSync(join(folder, '3'), { recursive: true }),
      (folder) => {
        const file = join(folder, '3', 'data.mdb');
        const bytes = readFileSync(file);
        bytes[bytes.length - 1]! ^= 1;
        writeFileSync(file, bytes);
      },
    ];
    for (const damage of damages) {
      const copy = temporaryFolder('damaged');
      cpSync(target, copy, { recursive: true });
      damage(copy);
      const other = sameApplication(state);
      await assert.rejects(restoreBackup(other.config, copy), {
        exitCode: 78,
        message: /not a whole backup|is damaged/,
      });
      assert.ok(!existsSync(other.folder));
    }
  });
});

describe('compacting the state', () => {
  it('makes the files smaller, keeps what they hold, and tells both sizes', async () => {
    const state = await madeState({ 0: inits(2_000), 1: inits(1) });
    const driver = await openSlot(state, [0]);
    const names = Array.from({ length: 1_900 }, (_, index) => Buffer.from(`1-S${index}`));
    const writer = new FrameWriter();
    for (const key of names) writer.append({ partition: 0, topic: 0, offset: 0, timestampMs: 0 }, null, key);
    const marks = [{ partition: 0, positions: { init: 2_000, requests: 0 }, changelogPosition: 9, clusterId: '' }];
    await driver.run({ kind: 'persist', marks, images: writer.take() });
    await driver.run({ kind: 'close', partitions: [0] });
    const before = await contentsOf(state);
    const done = [];
    for await (const one of compactStores(state.config)) done.push(one);
    assert.deepEqual(await contentsOf(state), before);
    const [first] = done;
    assert.ok(first !== undefined && 'afterBytes' in first);
    assert.ok(first.afterBytes < first.beforeBytes / 4, `${first.beforeBytes} to ${first.afterBytes} bytes`);
    assert.equal(statSync(join(state.folder, '0', 'data.mdb')).size, first.afterBytes);
    assert.deepEqual(readdirSync(state.folder).sort(), ['0', '1', 'lock']);
    const again = await openSlot(state, [0, 1]);
    await again.run({ kind: 'close', partitions: [0, 1] });
  });

  it('is refused while a daemon runs (78)', async () => {
    const state = await madeState({ 0: inits(1) });
    const lock = lockState(state.config.state.directory, state.config.application);
    await assert.rejects(compactStores(state.config).next(), { exitCode: 78, message: /held by another process/ });
    lock.release();
  });

  it('tells of a store that can’t be read and leaves it alone', async () => {
    const state = await madeState({ 0: inits(1), 1: inits(1) });
    writeFileSync(join(state.folder, '0', 'data.mdb'), Buffer.alloc(65_536, 7));
    const done = [];
    for await (const one of compactStores(state.config)) done.push(one);
    assert.match((done[0] as { reason: string }).reason, /not one of LMDB/);
    assert.ok('afterBytes' in (done[1] ?? {}));
  });
});
