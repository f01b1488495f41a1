/**
 * What must not happen while a consume is outstanding waits here until the loop is between two of them. An action runs
 * at once when its turn comes, without anything else in between.
 */
export class Interlude {
  private waiting: (() => void)[] = [];

  /** @param onWaiting called when something waits, so that the loop comes round */
  constructor(private readonly onWaiting: () => void) {}

  /** Resolves with what the action returns, once the loop had it run. */
  run<Result>(action: () => Result): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.waiting.push(() => {
        try {
          resolve(action());
        } catch (error) {
          reject(error);
        }
      });
      this.onWaiting();
    });
  }

  /** Called by the loop, between two consumes. */
  take(): void {
    const { waiting } = this;
    this.waiting = [];
    for (const run of waiting) run();
  }
}
