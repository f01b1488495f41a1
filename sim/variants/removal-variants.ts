import type { Variant } from './variant.js';

const outputs = 'workers/outputs.ts';
const batch = 'workers/batch.ts';
const partition = 'workers/partition.ts';

/** What a removal leaves behind, and what it takes away. */
export const removalVariants: readonly Variant[] = [
  {
    name: 'removal-without-image-tombstone',
    why: 'the image stays in changelog and store, and the section is back after a restart',
    edits: [{ file: outputs, find: '    this.images.append({ ...meta, partition }, null, key);\n', replace: '' }],
  },
  {
    name: 'removal-without-status-tombstone',
    why: 'whoever keeps the counts believes that there are seats',
    edits: [
      {
        file: outputs,
        find: '    this.statuses.of(statusPartition).append({ ...meta, partition: statusPartition }, null, key);\n',
        replace: '',
      },
    ],
  },
  {
    name: 'removed-section-still-due',
    why: 'its image and its status come behind the tombstones of the same batch',
    edits: [
      {
        file: batch,
        find: '    this.counts.removals += 1;\n    this.forget(held);\n',
        replace: '    this.counts.removals += 1;\n',
      },
    ],
  },
  {
    name: 'removed-section-answers',
    why: 'requests for it take seats until the store is read again',
    edits: [{ file: batch, find: '    partition.sections.delete(key);\n', replace: '' }],
  },
  {
    name: 'tombstone-not-restored',
    why: 'who takes the partition over has the section back',
    edits: [
      {
        file: partition,
        find: '      return gone !== undefined && this.sections.delete(gone);\n',
        replace: '      return gone === undefined;\n',
      },
    ],
  },
];
