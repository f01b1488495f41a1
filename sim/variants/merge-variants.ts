import type { Variant } from './variant.js';

const file = 'src/pipeline/merge.ts';

/** The order of the two inputs. */
export const mergeVariants: readonly Variant[] = [
  {
    name: 'inits-do-not-wait',
    why: 'a section is set up anew before requests that were made earlier',
    edits: [{ file, find: 'if (hasInit && requests.atEnd)', replace: 'if (hasInit)' }],
  },
  {
    name: 'requests-do-not-wait',
    why: 'requests are answered before the init that came ahead of them',
    edits: [{ file, find: 'if (hasRequests && init.atEnd)', replace: 'if (hasRequests)' }],
  },
];
