import type { Variant } from './variant.js';

const file = 'src/restore/restorer.ts';

/** How far, and from where, the changelog is followed. */
export const restoreVariants: readonly Variant[] = [
  {
    name: 'restore-to-last-stable-offset',
    why: 'the marker of the last transaction may not have reached the changelog yet',
    guarantee: 'exactly_once',
    edits: [
      {
        file,
        find: 'stretch === undefined ? [] : [{ partition, ...stretch }],',
        replace: 'stretch === undefined ? [] : [{ partition, ...stretch, until: stretch.from }],',
      },
    ],
  },
  {
    name: 'restore-one-too-late',
    why: 'the image at the stored position is missing',
    edits: [
      {
        file: 'src/restore/plan.ts',
        find: 'const from = Math.max(store.changelogPosition, ranges.changelog.low);',
        replace: 'const from = Math.max(store.changelogPosition, ranges.changelog.low) + 1;',
      },
    ],
  },
  {
    name: 'mark-before-restored-images',
    why: 'a restore that is cut short looks finished',
    edits: [
      {
        file,
        find: '    const read = await this.followChangelog(\n',
        replace: `    for (const { plan, changelogHigh } of plans) await this.finish(plan, changelogHigh, new Map(), opened);
    const read = await this.followChangelog(
`,
      },
    ],
  },
];
