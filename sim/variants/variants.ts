import { abortVariants } from './abort-variants.js';
import { atLeastOnceVariants } from './at-least-once-variants.js';
import { commitVariants } from './commit-variants.js';
import { mergeVariants } from './merge-variants.js';
import { rebalanceVariants } from './rebalance-variants.js';
import { removalVariants } from './removal-variants.js';
import { restoreVariants } from './restore-variants.js';
import type { Variant } from './variant.js';

/** Every one is wrong, and has to be caught. */
export const variants: readonly Variant[] = [
  ...commitVariants,
  ...abortVariants,
  ...mergeVariants,
  ...restoreVariants,
  ...removalVariants,
  ...rebalanceVariants,
  ...atLeastOnceVariants,
];

/** Where the hunt begins, and after how many runs at the most each variant is caught. */
export const huntSeed = 1;
export const mostRunsUntilCaught = 300;
