import assert from 'node:assert/strict';
import { ExitCode, FatalError } from '../../src/errors.js';
import { FrameWriter } from '../../src/frames.js';
import { slotSettings } from '../support/fakes/settings.js';
import { SlotDriver } from '../support/fakes/slot-driver.js';
import { MemoryStores } from '../support/fakes/stores.js';
import type { Random } from '../support/random.js';
import { imageInput, keys } from './image-inputs.js';
import { mutated } from './mutate.js';
import { type NaiveImage, naiveImage } from './naive-image.js';
import { type Outcome, pureTarget } from './target.js';

/** Records of the changelog in their order. */
type Record = { readonly key: Buffer | null; readonly value: Buffer | null };
type Input = readonly Record[];

const settings = slotSettings();

function record(random: Random): Record {
  const { key, image } = imageInput(random, random.pick(keys.slice(0, 3)));
  const kind = random.next();
  if (kind < 0.7) return { key: Buffer.from(key), value: image };
  if (kind < 0.9) return { key: Buffer.from(key), value: null };
  if (kind < 0.92) return { key: null, value: image };
  const words = [Buffer.from('-'), Buffer.from('0')];
  return { key: mutated(random, Buffer.from(key), { others: [Buffer.from('7-A')], words }), value: image };
}

/** What restoring leads to, image by image: the sections at the end, or the offset of the first that is damaged. */
function expectedOf(records: Input): Map<string, NaiveImage> | number {
  const sections = new Map<string, NaiveImage>();
  for (const [offset, { key, value }] of records.entries()) {
    const text = key?.toString();
    if (text === undefined) return offset;
    if (value === null) {
      sections.delete(text);
      continue;
    }
    const image = isKey(text) ? naiveImage(text, value) : undefined;
    if (image === undefined) return offset;
    const held = sections.get(text);
    if (held === undefined || image.init > held.init || image.requests > held.requests) sections.set(text, image);
  }
  return sections;
}

/** `eventId-section`, the event's id being a long in plain decimal. */
function isKey(text: string): boolean {
  const [, digits] = /^(0|-?[1-9][0-9]*)-/.exec(text) ?? [];
  return digits !== undefined && BigInt.asIntN(64, BigInt(digits)) === BigInt(digits);
}

async function check(records: Input): Promise<Outcome> {
  const stores = new MemoryStores();
  const driver = new SlotDriver(settings, stores);
  await driver.open(0);
  const writer = new FrameWriter();
  for (const [offset, { key, value }] of records.entries()) {
    writer.append({ partition: 0, topic: 0, offset, timestampMs: 1 }, value, key);
  }
  const expected = expectedOf(records);
  try {
    await driver.run({ kind: 'restore', frames: writer.take() });
  } catch (error) {
    assert.ok(error instanceof FatalError, String(error));
    assert.equal(error.exitCode, ExitCode.configuration);
    assert.match(error.message, new RegExp(`partition 0 has a damaged image at offset ${expected} `));
    assert.equal(stores.of(0).images.size, 0, 'nothing is written of a run with a damaged image');
    return 'refused';
  }
  assert.ok(typeof expected === 'object', `the image at offset ${String(expected)} is refused`);
  assertStored(stores, expected);
  const found = await driver.run({ kind: 'restored', partition: 0, mark: undefined });
  assert.equal(found.sections, expected.size);
  const [reloaded] = await driver.run({ kind: 'reload', partitions: [0] });
  assert.equal(reloaded?.positions, undefined);
  return 'accepted';
}

function assertStored(stores: MemoryStores, expected: ReadonlyMap<string, NaiveImage>): void {
  const { images } = stores.of(0);
  const stored = [...images].map(([key, image]) => [key, naiveImage(key, image)] as const);
  assert.deepEqual(new Map(stored), new Map(expected));
}

export const restoreTarget = pureTarget(
  'restore',
  'damaged records of the changelog: what a slot restores, held against a fold of them',
  {
    generate: (random: Random): Input => Array.from({ length: random.whole(1, 4) }, () => record(random)),
    check,
    show: (records: Input) =>
      JSON.stringify(records.map(({ key, value }) => [key?.toString('hex') ?? null, value?.toString('hex') ?? null])),
  },
);
