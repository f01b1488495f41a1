import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ChangelogRecord } from '../../../src/state/changelog-records.js';
import { entriesOf } from '../../../src/state/sections.js';
import { StateFolder } from '../../../src/state/state-folder.js';
import { type ComparedChangelog, Verification } from '../../../src/state/verification.js';
import { imageSizeBytes } from '../../../workers/image.js';
import { type MadeState, madeState, openSlot, sell } from '../../support/fakes/state.js';
import { partitionOf } from '../../support/murmur2.js';

const partitionCount = 2;
const names = Array.from({ length: 12 }, (_, index) => `S${index}`);
const of = (name: string): number => partitionOf(Buffer.from(`1-${name}`), partitionCount);

/** Twelve sections in the partitions of their keys, of 5,000 seats each; one seat of the first is sold. */
async function made(): Promise<MadeState> {
  const inits = (partition: number) =>
    names
      .filter((name) => of(name) === partition)
      .map((section) => ({ eventId: 1n, section, rows: 50, seatsPerRow: 100 }));
  const state = await madeState({ 0: inits(0), 1: inits(1) });
  const driver = await openSlot(state, [of('S0')]);
  driver.positions.set(of('S0'), { init: inits(of('S0')).length, requests: 0 });
  await sell(driver, of('S0'), 1n, 'S0', 1);
  await driver.run({ kind: 'close', partitions: [of('S0')] });
  return state;
}

/** A changelog that has what the stores have. */
async function changelogOf(state: MadeState): Promise<ChangelogRecord[]> {
  const folder = await StateFolder.open(state.config);
  const records = folder.partitions.flatMap((partition) =>
    [...entriesOf(folder, partition)].map(({ key }, offset) => {
      const image = folder.read(partition, (snapshot) => snapshot.image(key));
      return { partition, offset, key, image: image ?? null };
    }),
  );
  await folder.close();
  return records;
}

const changelog = (records: readonly ChangelogRecord[], partitions = partitionCount): ComparedChangelog => ({
  topic: 'app-changelog',
  partitionCount: partitions,
  read: async (from, visit) => {
    for (const record of records) if (from.has(record.partition)) visit(record);
    return new Map([...from.keys()].map((partition) => [partition, 1_000]));
  },
});

async function findings({ config }: MadeState, against?: ComparedChangelog): Promise<string[]> {
  const state = await StateFolder.open(config);
  const found: string[] = [];
  const verification = new Verification(state, ({ kind, partition, key, sentence }) =>
    found.push(`${kind} ${partition} ${key ?? 'all'}: ${sentence}`),
  );
  if (against === undefined) verification.verifyStores();
  else await verification.verifyAgainst(against);
  await state.close();
  return found;
}

describe('verifying the state', () => {
  let state: MadeState;
  let records: ChangelogRecord[];
  beforeEach(async () => {
    state = await made();
    records = await changelogOf(state);
  });

  it('finds nothing in stores as the daemon left them, nor against the changelog that they are of', async () => {
    assert.equal(records.length, names.length);
    assert.deepEqual(await findings(state), []);
    assert.deepEqual(await findings(state, changelog(records)), []);
  });

  it('names the section whose image has a flipped bit', async () => {
    const file = join(state.folder, '1', 'data.mdb');
    const bytes = readFileSync(file);
    const header = Buffer.from([1, 0, 64, 0]);
    for (let at = bytes.indexOf(header); at >= 0; at = bytes.indexOf(header, at + 1))
      bytes[at + imageSizeBytes(5_000) - 100]! ^= 1;
    writeFileSync(file, bytes);
    const expected = names.filter((name) => of(name) === 1).map((name) => `problem 1 1-${name}: the checksum differs`);
    assert.deepEqual((await findings(state)).sort(), expected.sort());
    assert.deepEqual((await findings(state, changelog(records))).sort(), expected.sort());
  });

  it('names a section that differs from the changelog’s last image, and only that', async () => {
    const partition = of('S0');
    const driver = await openSlot(state, [partition]);
    const { init = 0 } = { init: records.filter((one) => one.partition === partition).length };
    driver.positions.set(partition, { init, requests: 1 });
    await sell(driver, partition, 1n, 'S0', 1);
    await driver.run({ kind: 'close', partitions: [partition] });
    const [finding, ...more] = await findings(state, changelog(records));
    assert.match(
      finding ?? '',
      new RegExp(`^problem ${partition} 1-S0: the store's image .* is ahead of the last one`),
    );
    assert.deepEqual(more, []);
  });

  it('takes the last of several records of a section, a tombstone too', async () => {
    const [first] = records;
    assert.ok(first !== undefined);
    const tombstone = { ...first, offset: 500, image: null };
    assert.deepEqual(await findings(state, changelog([...records, tombstone, { ...first, offset: 501 }])), []);
    assert.deepEqual(await findings(state, changelog([...records, tombstone])), []);
    const withoutIt = records.filter((one) => one !== first);
    const [finding] = await findings(state, changelog(withoutIt));
    assert.match(finding ?? '', new RegExp(`^problem ${first.partition} ${first.key}: .*the changelog none`));
  });

  it('tells of a damaged image in the changelog', async () => {
    const [first] = records;
    assert.ok(first !== undefined);
    const damaged = { ...first, offset: 500, image: Buffer.alloc(80, 1) };
    assert.deepEqual(await findings(state, changelog([...records, damaged])), [
      `problem ${first.partition} ${first.key}: its image in the changelog is damaged`,
    ]);
  });

  it('notes sections in other partitions than their keys’, and a partition that the changelog has not', async () => {
    const found = await findings(state, changelog(records, 5));
    const misplaced = names.filter((name) => partitionOf(Buffer.from(`1-${name}`), 5) !== of(name));
    assert.ok(misplaced.length > 0);
    assert.deepEqual(
      found.map((one) => one.split(':')[0]).sort(),
      misplaced.map((name) => `note ${of(name)} 1-${name}`).sort(),
    );
    assert.match(
      (await findings(state, changelog(records, 1)))[0] ?? '',
      /^problem 1 all: app-changelog has 1 partitions/,
    );
  });
});
