import type { Variant } from './variant.js';

const file = 'src/pipeline/exactly-once-commit.ts';
const slot = 'workers/slot.ts';
const writeBatch = '      this.owned(partition).store.write(range && sliced(images, range), mark);\n';
const marks =
  '    const marks = marksOf(batch, this.options.clusterId, ({ changelogPosition }) => changelogPosition);\n';
const sendOffsets = '    await output.sendOffsets(batch.ends, assignment.group);\n';

/** What ties answers, offsets and store together. */
export const commitVariants: readonly Variant[] = [
  {
    name: 'persist-before-commit',
    why: 'the store holds what may never be committed',
    guarantee: 'exactly_once',
    edits: [
      {
        file,
        find: '    await output.commit();\n',
        replace: '    await persist(this.options.slots, marks, results);\n    await output.commit();\n',
      },
      {
        file,
        find: 'persisted: this.persist(marks, results, clock)',
        replace: 'persisted: Promise.resolve(clock.times)',
      },
    ],
  },
  {
    name: 'live-images-persisted',
    why: 'the live seat maps are ahead of the batch that is persisted',
    edits: [
      {
        file: slot,
        find: writeBatch,
        replace: `      const keys = new Set<string>();
      const frame = framesOf(range ? sliced(images, range) : { bytes: new ArrayBuffer(0), sizeBytes: 0, count: 0 });
      while (frame.advance()) keys.add(String(frame.key()));
      this.owned(partition).writeLive(keys);
      this.owned(partition).store.write(undefined, mark);
`,
      },
    ],
  },
  {
    name: 'mark-written-apart',
    why: 'a crash between two LMDB transactions leaves offsets without their images',
    edits: [
      {
        file: slot,
        find: writeBatch,
        replace: `      this.owned(partition).store.write(undefined, mark);
      if (range) this.owned(partition).store.write(sliced(images, range), undefined);
`,
      },
    ],
  },
  {
    name: 'offsets-not-in-transaction',
    why: 'answers are committed and their requests are read again',
    guarantee: 'exactly_once',
    edits: [{ file, find: sendOffsets, replace: '' }],
  },
  {
    name: 'offsets-of-a-later-batch',
    why: 'requests that are not answered yet count as read',
    guarantee: 'exactly_once',
    edits: [
      {
        file,
        find: sendOffsets,
        replace: `    const ahead = [...batch.ends.keys()].map((one) => [one, assignment.get(one).positions] as const);
    await output.sendOffsets(new Map(ahead), assignment.group);
`,
      },
    ],
  },
  {
    name: 'metadata-of-the-moment',
    why: 'who is no member any more sends offsets in the name of nobody, which the coordinator takes',
    guarantee: 'exactly_once',
    edits: [
      {
        file,
        find: `    assignment.group = await this.options.input.currentMetadata(assignment.group);
    assertMember(assignment.group);
`,
        replace: '    assignment.group = await this.options.input.groupMetadata();\n',
      },
    ],
  },
  {
    name: 'commits-overtake',
    why: 'a batch is committed although the one before it may still be aborted',
    guarantee: 'exactly_once',
    edits: [{ file, find: '    await before.committed.reached;\n', replace: '' }],
  },
  {
    name: 'records-overtake',
    why: 'an older image lies behind a newer one, and compaction keeps it',
    guarantee: 'exactly_once',
    edits: [{ file, find: '    await before.delivered.reached;\n', replace: '' }],
  },
  {
    name: 'offsets-overtake',
    why: 'the group keeps the offsets that were sent later, which are the earlier ones',
    guarantee: 'exactly_once',
    edits: [{ file, find: '    await before.offsetsSent.reached;\n', replace: '' }],
  },
  {
    name: 'changelog-position-too-late',
    why: 'images of batches that are not persisted lie below it, and are not followed again',
    guarantee: 'exactly_once',
    edits: [
      { file, find: marks, replace: '' },
      {
        file,
        find: '    acknowledge(batch);\n',
        replace: `    acknowledge(batch);\n${marks}`,
      },
    ],
  },
];
