/** `npm run test:fault` runs the suite in full; `npm test` in a short form, which leaves out the cluster of three brokers alone. */
export const isFull = process.env.TEST_FAULT === 'full';

/** How much of something there is in the short form and in the full one. */
export const sized = (short: number, full: number): number => (isFull ? full : short);

/** Declares a test of the full form alone: a variant of one that the short form has. */
export function itInFull(title: string, test: () => Promise<void>): void {
  if (isFull) it(title, test);
}

/** Declares a suite of the full form alone: one that needs more of the machine than other tests leave beside it. */
export const describeInFull = isFull ? describe : describe.skip;
