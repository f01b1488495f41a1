/** Wakes what waits for something to have happened. */
export class Signal {
  private waiters: (() => void)[] = [];

  /** Resolves at the next notification. */
  wait(): Promise<void> {
    return new Promise((resolve) => {
      this.waiters.push(resolve);
    });
  }

  notify(): void {
    const { waiters } = this;
    this.waiters = [];
    for (const resolve of waiters) resolve();
  }
}
