import assert from 'node:assert/strict';
import { cpSync, existsSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { imageSizeBytes } from '../../workers/image.js';
import type { LmdbStoresOptions } from '../../workers/lmdb-stores.js';
import { copyOf, dataFile, madeStore, runStoreProgram, sectionsMade, storesIn } from '../support/fakes/lmdb.js';
import { initRecord, requestRecord } from '../support/fakes/records.js';
import { slotSettings } from '../support/fakes/settings.js';
import { SlotDriver } from '../support/fakes/slot-driver.js';
import { SmallDisk } from '../support/small-disk.js';
import { temporaryFolder } from '../support/temporary.js';

/** An image's first bytes: format version 1, a header of 64 bytes. */
const header = Buffer.from([1, 0, 64, 0]);
const positions = { init: sectionsMade, requests: 0 };

/** Opens the store in its slot and closes it again. */
async function openIn(directory: string, overrides: Partial<LmdbStoresOptions> = {}) {
  const driver = new SlotDriver(slotSettings(), storesIn(directory, overrides));
  const [opened] = await driver.open(0);
  await driver.run({ kind: 'close', partitions: [0] });
  assert.ok(opened !== undefined);
  return opened;
}

async function assertKept(directory: string, overrides: Partial<LmdbStoresOptions> = {}): Promise<void> {
  const { sections, mark, discarded } = await openIn(directory, overrides);
  assert.deepEqual([sections, mark?.positions, discarded], [sectionsMade, positions, undefined]);
}

/** The environment was moved away, byte for byte, and an empty one is there in its place, which can be used. */
async function assertSetAside(
  directory: string,
  reason: RegExp,
  overrides: Partial<LmdbStoresOptions> = {},
): Promise<void> {
  const before = readFileSync(dataFile(directory));
  const driver = new SlotDriver(slotSettings(), storesIn(directory, overrides));
  const [opened] = await driver.open(0);
  assert.match(opened?.discarded?.reason ?? 'nothing was set aside', reason);
  assert.deepEqual([opened?.sections, opened?.mark], [0, undefined]);
  assert.equal(opened?.discarded?.setAside, join(directory, '0.set-aside'));
  assert.ok(before.equals(readFileSync(join(directory, '0.set-aside', 'data.mdb'))));
  await driver.persist(await driver.process(initRecord({}, { offset: 0 })));
  await driver.run({ kind: 'close', partitions: [0] });
  assert.equal((await openIn(directory, overrides)).sections, 1);
}

const mark = (directory: string, name: string): string => join(directory, '0', name);

describe('the LMDB stores', () => {
  let pristine: string;
  let directory: string;
  before(async () => {
    pristine = await madeStore();
  });
  beforeEach(() => {
    directory = copyOf(pristine);
  });

  it('come back as they were closed', () => assertKept(directory));

  it('are one folder a partition, readable for their owner only', async () => {
    const driver = new SlotDriver(slotSettings(), storesIn(directory));
    await driver.open(0, 3, 12);
    for (const partition of [0, 3, 12]) {
      assert.equal(statSync(join(directory, String(partition))).mode & 0o777, 0o700);
    }
    await driver.run({ kind: 'close', partitions: [0, 3, 12] });
  });

  it('do not see what another partition holds', async () => {
    const driver = new SlotDriver(slotSettings(), storesIn(directory));
    const opened = await driver.open(0, 1);
    assert.deepEqual(
      opened.map(({ sections }) => sections),
      [sectionsMade, 0],
    );
    const batch = await driver.process(requestRecord({ section: 'section 1' }, { offset: 0, partition: 1 }));
    assert.equal(batch.counts.rejected.unknownSection, 1);
    await driver.run({ kind: 'close', partitions: [0, 1] });
  });

  it('that cannot be opened need a person (78)', async () => {
    const blocked = temporaryFolder('blocked');
    writeFileSync(join(blocked, 'file'), '');
    await assert.rejects(openIn(join(blocked, 'file')), { exitCode: 78, message: /can't be opened/ });
  });

  it('that cannot be opened for want of room are temporary (75), and are as they were once there is room', async function () {
    const disk = SmallDisk.mountOrSkip(this, 16 * 1_048_576);
    cpSync(directory, disk.directory, { recursive: true });
    disk.fill(0);
    await assert.rejects(openIn(disk.directory), { exitCode: 75, message: /can't be opened \(.*ENOSPC.*make room/ });
    disk.clear();
    await assertKept(disk.directory);
  });

  describe('with durability process', () => {
    it('survive kill -9, without a clean stop, in the same boot', async () => {
      const { signal } = await runStoreProgram('kill', [directory]);
      assert.equal(signal, 'SIGKILL');
      assert.ok(!existsSync(mark(directory, 'clean')));
      const { sections, mark: kept, discarded } = await openIn(directory);
      assert.deepEqual([sections, kept?.positions?.init, discarded], [sectionsMade + 1, 901, undefined]);
    });

    it('are set aside after another boot without a clean stop', async () => {
      rmSync(mark(directory, 'clean'));
      await assertSetAside(directory, /without a clean shutdown/, { bootId: 'another boot' });
    });

    it('are kept after another boot with a clean stop, once: the mark is gone while they are open', async () => {
      const driver = new SlotDriver(slotSettings(), storesIn(directory, { bootId: 'another boot' }));
      const [opened] = await driver.open(0);
      assert.deepEqual([opened?.sections, opened?.discarded], [sectionsMade, undefined]);
      assert.ok(!existsSync(mark(directory, 'clean')));
      const crashed = copyOf(directory);
      await assertSetAside(crashed, /without a clean shutdown/, { bootId: 'a third boot' });
      await driver.run({ kind: 'close', partitions: [0] });
      assert.ok(existsSync(mark(directory, 'clean')));
    });
  });

  describe('with durability power', () => {
    const power = { durability: 'power' } as const;

    it('are kept after another boot, with and without a clean stop', async () => {
      const synced = await madeStore(power);
      await assertKept(synced, { ...power, bootId: 'another boot' });
      rmSync(mark(synced, 'clean'));
      await assertKept(synced, { ...power, bootId: 'a third boot' });
    });

    it("are set aside when they were written with the other durability: an environment's flags never change", async () => {
      await assertSetAside(directory, /state\.durability process/, power);
      await assertSetAside(await madeStore(power), /state\.durability power/);
    });
  });

  it('are set aside when a process ended while it opened them', async () => {
    writeFileSync(mark(directory, 'opening'), '4711');
    await assertSetAside(directory, /while it opened it/);
  });

  it('carry the mark of being opened no longer once they are open', async () => {
    const driver = new SlotDriver(slotSettings(), storesIn(directory));
    await driver.open(0);
    assert.ok(!existsSync(mark(directory, 'opening')));
    await driver.run({ kind: 'close', partitions: [0] });
  });

  it('are set aside when nobody knows who opened them last', async () => {
    writeFileSync(mark(directory, 'opener'), 'not JSON');
    await assertSetAside(directory, /who opened it last/);
  });

  it('keep the environment that was set aside last', async () => {
    for (const boot of ['one', 'two']) {
      rmSync(mark(directory, 'clean'));
      await openIn(directory, { bootId: boot });
    }
    assert.ok(existsSync(join(directory, '0.set-aside', 'data.mdb')));
    assert.equal((await openIn(directory, { bootId: 'two' })).sections, 0);
  });

  it('say why one was set aside until something is written, for LMDB may crash elsewhere before it was told', async () => {
    rmSync(mark(directory, 'clean'));
    const reason = 'the machine stopped without a clean shutdown of it';
    const discarded = { reason, setAside: join(directory, '0.set-aside') };
    assert.deepEqual((await openIn(directory, { bootId: 'another' })).discarded, discarded);
    const driver = new SlotDriver(slotSettings(), storesIn(directory, { bootId: 'another' }));
    const [opened] = await driver.open(0);
    assert.deepEqual(opened?.discarded, discarded);
    await driver.persist(await driver.process(initRecord({}, { offset: 0 })));
    await driver.run({ kind: 'close', partitions: [0] });
    const { sections, discarded: later } = await openIn(directory, { bootId: 'another' });
    assert.deepEqual([sections, later], [1, undefined]);
  });

  it('are set aside when a byte within an image flipped, whichever image', async () => {
    const bytes = readFileSync(dataFile(directory));
    const image = imageSizeBytes(5_000);
    // Where the images lie in the file: each begins with its format and its header's size, and ends with seats.
    const starts: number[] = [];
    for (let at = bytes.indexOf(header); at >= 0; at = bytes.indexOf(header, at + 1)) starts.push(at);
    assert.ok(starts.length >= sectionsMade);
    let setAside = 0;
    for (const start of [starts[0]!, starts[Math.floor(starts.length / 2)]!, ...starts.slice(-10)]) {
      const damaged = copyOf(pristine);
      const flipped = Buffer.from(bytes);
      flipped.writeUInt8(flipped.readUInt8(start + image - 100) ^ 1, start + image - 100);
      writeFileSync(dataFile(damaged), flipped);
      // A page that LMDB no longer uses may hold the bytes of an earlier image, which nobody reads.
      const { sections, discarded } = await openIn(damaged);
      assert.equal(sections, discarded === undefined ? sectionsMade : 0);
      if (discarded === undefined) continue;
      assert.match(discarded.reason, /checksum/);
      setAside += 1;
    }
    assert.ok(setAside > 3);
  });

  it('are set aside when they were truncated, and are used in their place at once', async () => {
    const { size } = statSync(dataFile(directory));
    for (const shorter of [size - 1, size - 4_096, Math.floor(size / 2), 8_192]) {
      const damaged = copyOf(pristine);
      truncateSync(dataFile(damaged), shorter);
      await assertSetAside(damaged, new RegExp(`${shorter} bytes`));
    }
  });

  it('are empty when their file is', async () => {
    truncateSync(dataFile(directory));
    const { sections, mark: none } = await openIn(directory);
    assert.deepEqual([sections, none], [0, undefined]);
  });

  it('whose pages behind the first are damaged are set aside, at the next start if LMDB crashes on them', async () => {
    const bytes = readFileSync(dataFile(directory));
    const noise = (at: number): number => (Math.imul(at, 2_654_435_761) >>> 13) & 0xff;
    // A page that is of no type is an error of LMDB's at its first look.
    const noType = (at: number): number => (at % 4_096 === 18 || at % 4_096 === 19 ? 0 : (bytes[at] as number));
    const damaged = [noise, noType].map((damage) => {
      const copy = copyOf(pristine);
      writeFileSync(
        dataFile(copy),
        bytes.map((byte, at) => (at < 8_192 ? byte : damage(at))),
      );
      return copy;
    });
    let run = await runStoreProgram('open', damaged);
    for (let crashes = 1; run.signal !== null; crashes += 1) {
      assert.ok(crashes <= damaged.length, 'LMDB crashes on each once at most');
      run = await runStoreProgram('open', damaged);
    }
    assert.deepEqual(
      run.found.map(({ keys, mark: none }) => [keys, none]),
      damaged.map(() => [[], undefined]),
    );
    for (const one of damaged) assert.ok(existsSync(join(one, '0.set-aside', 'data.mdb')));
  });

  it('that are no LMDB files are set aside before LMDB, which would crash on them, opens them', async () => {
    const { size } = statSync(dataFile(directory));
    const noise = Buffer.from(Array.from({ length: size }, (_, at) => (at * 2_654_435_761) >>> 13));
    const contents = [
      noise,
      Buffer.alloc(size),
      Buffer.from('hello'),
      readFileSync(dataFile(directory)).subarray(0, 4_096),
    ];
    const damaged = contents.map((content) => {
      const copy = copyOf(pristine);
      writeFileSync(dataFile(copy), content);
      return copy;
    });
    const { found, signal } = await runStoreProgram('open', damaged);
    assert.equal(signal, null);
    for (const { directory: one, keys, mark: none } of found) {
      assert.deepEqual([keys, none], [[], undefined]);
      assert.ok(existsSync(join(one, '0.set-aside', 'data.mdb')));
    }
    assert.equal(found.length, contents.length);
  });
});
