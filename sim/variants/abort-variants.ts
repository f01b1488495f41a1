import type { Variant } from './variant.js';

const pipeline = 'src/pipeline/pipeline.ts';
const seek = '    await input.seek(assignment.rewind());\n';

/** What an abort has to undo. */
export const abortVariants: readonly Variant[] = [
  {
    name: 'no-reload-after-abort',
    why: 'seats of answers that were never given stay taken',
    edits: [
      {
        file: pipeline,
        find: `    await this.whileConsuming(
      onEachSlot(slots, this.kept, (slot, partitions) => slots.run(slot, { kind: 'reload', partitions })),
    );
`,
        replace: '',
      },
    ],
  },
  {
    name: 'discarded-sections-stay',
    why: 'a section whose init was never committed answers requests',
    edits: [
      {
        file: 'workers/partition.ts',
        find: '    this.sections.clear();\n    this.store.visitImages',
        replace: '    this.store.visitImages',
      },
    ],
  },
  {
    name: 'no-seek-after-abort',
    why: 'what was in flight is never read again',
    edits: [{ file: pipeline, find: seek, replace: '    assignment.rewind();\n' }],
  },
  {
    name: 'stale-consume-after-abort',
    why: 'records from before the seek come ahead of those that are read again',
    edits: [
      { file: pipeline, find: '  private epoch = 0;\n', replace: '  private epoch = 0;\n  private stale: unknown;\n' },
      {
        file: pipeline,
        find: '    if (epoch !== this.epoch || assignment === undefined) return;\n',
        replace: `    if (epoch !== this.epoch) this.stale = consumed;
    if (epoch !== this.epoch || assignment === undefined) return;
`,
      },
      {
        file: pipeline,
        find: seek,
        replace: `${seek}    if (this.stale) assignment.add(this.stale as Parameters<Assignment['add']>[0]);\n    this.stale = undefined;\n`,
      },
    ],
  },
];
