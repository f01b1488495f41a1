/** How records pass between librdkafka and JavaScript: the addon's calls, the default, or node-rdkafka's plain ones. */
export type IoMode = 'packed' | 'standard';

/**
 * Declares a suite once for each mode of `io`. `itOnce` declares a test for the default mode alone: what it proves is
 * decided behind the border that `io` is about, or is proven for the other mode by a test beside it.
 */
export function describeForEachIo(title: string, define: (io: IoMode, itOnce: typeof declareTest) => void): void {
  for (const io of ['packed', 'standard'] as const) {
    describe(`${title} (io: ${io})`, () => define(io, io === 'packed' ? declareTest : () => undefined));
  }
}

const declareTest = (title: string, test: () => Promise<void>): void => {
  it(title, test);
};
