import type { Long } from '../../workers/avro.js';
import { decodeImage, type Image, imageChecksum } from '../../workers/image.js';
import { SectionKey, splitSectionKey } from '../../workers/section-key.js';
import type { KeyRange, StoredImage } from '../../workers/store-reader.js';
import { messageOf } from '../errors.js';
import type { StateFolder } from './state-folder.js';

/** A section as a store holds it. */
export type StoredSection = Image & {
  readonly key: Buffer;
  readonly partition: number;
  readonly eventId: Long;
  readonly name: string;
  readonly imageBytes: number;
  /** Of the image, which covers its key: two that are equal stand for one image. */
  readonly checksum: number;
};

/** What a store holds under a key that is no section, or a damaged one. */
export type DamagedSection = { readonly key: Buffer; readonly partition: number; readonly problem: string };

export type StoredEntry = StoredSection | DamagedSection;

export const isDamaged = (entry: StoredEntry): entry is DamagedSection => 'problem' in entry;

/** What is read of a partition in one transaction: so much, and one image more. */
const chunkSections = 512;
const chunkBytes = 1_048_576;

export function readEntry(partition: number, { key, image }: StoredImage): StoredEntry {
  const parsed = splitSectionKey(key.toString());
  if (parsed === undefined) return { key, partition, problem: 'its key is not that of a section' };
  const { eventId, name } = parsed;
  try {
    const decoded = decodeImage(new SectionKey(eventId, name).checksum, image);
    const checksum = imageChecksum(image);
    return { ...decoded, ...{ key, partition, eventId, name, imageBytes: image.length, checksum } };
  } catch (error) {
    return { key, partition, problem: messageOf(error) };
  }
}

/** The entries of one partition within a range of keys, in the order of their keys; a transaction for each chunk. */
export function* entriesOf(state: StateFolder, partition: number, range: KeyRange = {}): Generator<StoredEntry> {
  let rest: KeyRange | undefined = range;
  while (rest !== undefined) {
    const chunk: StoredEntry[] = state.read(partition, (snapshot) => chunkIn(partition, snapshot.images(rest)));
    yield* chunk;
    const last = chunk.at(-1);
    rest = last === undefined ? undefined : { ...range, start: last.key, after: true };
  }
}

function chunkIn(partition: number, images: Iterable<StoredImage>): StoredEntry[] {
  const chunk: StoredEntry[] = [];
  let sizeBytes = 0;
  for (const stored of images) {
    chunk.push(readEntry(partition, stored));
    sizeBytes += stored.image.length;
    if (chunk.length >= chunkSections || sizeBytes >= chunkBytes) break;
  }
  return chunk;
}

const dash = '-';
/** The character behind the dash: the keys of an event are those from `<id>-` to before `<id>.`. */
const behindDash = '.';

const rangeOf = (eventId: Long): KeyRange => ({
  start: Buffer.from(`${eventId}${dash}`),
  end: Buffer.from(`${eventId}${behindDash}`),
});

/**
 * The sections of all partitions, or of one event, by event and then by name; what is damaged comes at its key's place,
 * and with no event to belong to it comes first. In memory are the events' numbers and one chunk a partition.
 */
export function* allEntries(state: StateFolder, event?: Long): Generator<StoredEntry> {
  if (event !== undefined) {
    yield* merged(state.partitions.map((partition) => entriesOf(state, partition, rangeOf(event))));
    return;
  }
  const { events, strays } = keysByEvent(state);
  yield* strays;
  for (const [eventId, partitions] of events)
    yield* merged(partitions.map((partition) => entriesOf(state, partition, rangeOf(eventId))));
}

type Events = { readonly events: readonly (readonly [Long, number[]])[]; readonly strays: readonly DamagedSection[] };

/** The events that there are, in order, with the partitions that have sections of them: a look-up for each, not for each section. */
function keysByEvent(state: StateFolder): Events {
  const partitionsOf = new Map<Long, number[]>();
  const strays: DamagedSection[] = [];
  for (const partition of state.partitions) {
    let start: Buffer | undefined;
    for (;;) {
      const key: Buffer | undefined = state.read(partition, (snapshot) => snapshot.firstKey(start));
      if (key === undefined) break;
      const eventId = splitSectionKey(key.toString())?.eventId;
      if (eventId === undefined) {
        strays.push({ key, partition, problem: 'its key is not that of a section' });
        start = Buffer.concat([key, Buffer.of(0)]);
        continue;
      }
      partitionsOf.set(eventId, [...(partitionsOf.get(eventId) ?? []), partition]);
      start = rangeOf(eventId).end;
    }
  }
  const events = [...partitionsOf].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return { events, strays };
}

/** Merges sorted sequences by their heads' keys. */
function* merged(sequences: readonly Generator<StoredEntry>[]): Generator<StoredEntry> {
  const heads = sequences.flatMap((sequence) => {
    const { value } = sequence.next();
    return value === undefined ? [] : [{ sequence, entry: value as StoredEntry }];
  });
  while (heads.length > 0) {
    let least = 0;
    for (let at = 1; at < heads.length; at += 1)
      if (Buffer.compare(heads[at]!.entry.key, heads[least]!.entry.key) < 0) least = at;
    const head = heads[least]!;
    yield head.entry;
    const { done, value } = head.sequence.next();
    if (done === true) heads.splice(least, 1);
    else head.entry = value;
  }
}
