/** What is checked, by the promise that is broken. */
export const checks = [
  'answers',
  'seats',
  'statuses',
  'deadLetters',
  'images',
  'store',
  'offsets',
  'conduct',
  'exit',
  'progress',
] as const;
export type Check = (typeof checks)[number];

export type Problem = { readonly check: Check; readonly what: string };

/** What was found to be wrong in a run, in the order it was found. */
export class Problems {
  readonly found: Problem[] = [];

  constructor(private readonly onFound: (problem: Problem) => void) {}

  add(check: Check, what: string): void {
    const problem = { check, what };
    this.found.push(problem);
    this.onFound(problem);
  }
}
