import type { Variant } from './variant.js';

const file = 'src/pipeline/at-least-once-commit.ts';
const guarantee = 'at_least_once';

/** The order that stands in for a transaction. */
export const atLeastOnceVariants: readonly Variant[] = [
  {
    name: 'applied-again-below-the-image',
    why: 'a request that the image holds already takes further seats',
    guarantee,
    edits: [
      {
        file: 'workers/batch.ts',
        find: '    this.repeat(section);\n    return true;\n',
        replace: '    return false;\n',
      },
    ],
  },
  {
    name: 'offsets-before-answers',
    why: 'a crash in between loses the answers',
    guarantee,
    edits: [
      {
        file,
        find: '    assertHeld(batch);\n    for (const { results: answers',
        replace: '    assertHeld(batch);\n    input.commit(batch.ends);\n    for (const { results: answers',
      },
      {
        file,
        find: '    acknowledge(batch);\n    input.commit(batch.ends);\n',
        replace: '    acknowledge(batch);\n',
      },
    ],
  },
  {
    name: 'followed-from-the-end',
    why: 'below where the changelog ends lie images of a successor that nothing fenced off',
    guarantee,
    edits: [{ file, find: '({ ready }) => ready.changelogPosition', replace: '(one) => one.changelogPosition' }],
  },
  {
    name: 'old-batch-sent',
    why: 'nothing fences an instance that was thought dead',
    guarantee,
    edits: [{ file, find: '    if (delayMs > longestDelayMs) throw', replace: '    if (delayMs < 0) throw' }],
  },
  {
    name: 'offsets-of-a-lost-assignment-sent',
    why: "under the member's next name they set those of the partitions' new owner back",
    guarantee,
    edits: [{ file: 'src/kafka/offset-commits.ts', find: '    if (this.isLost) return;\n', replace: '' }],
  },
  {
    name: 'starts-not-committed',
    why: 'a crash leaves images that no offset places, and a person has to decide',
    guarantee,
    edits: [
      {
        file: 'src/restore/restorer.ts',
        find: "    if (guarantee === 'exactly_once' || late.length === 0) return true;\n",
        replace: '    if (guarantee !== undefined) return true;\n',
      },
    ],
  },
];
