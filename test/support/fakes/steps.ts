/** What is told of each step before it is carried out. It may wait, and it may throw in the step's place. */
export type StepHook = (step: string) => Promise<void> | void;

/** The steps of all fakes in one order, and the place to hold one up or to let one fail. */
export class Steps {
  readonly done: string[] = [];
  private readonly hooks: StepHook[] = [];

  /** Hooks are asked in the order they were added in. */
  before(hook: StepHook): void {
    this.hooks.push(hook);
  }

  async take(step: string): Promise<void> {
    for (const hook of this.hooks) await hook(step);
    this.done.push(step);
  }

  /** A step that can't be held up. */
  note(step: string): void {
    this.done.push(step);
  }

  /** Has the given step fail once. */
  failOnce(step: string, error: Error): void {
    let hasFailed = false;
    this.before((one) => {
      if (one !== step || hasFailed) return;
      hasFailed = true;
      throw error;
    });
  }

  /** Holds the given step up; the function returned lets it go on. */
  hold(step: string): () => void {
    const gate = new Gate();
    this.before((one) => (one === step ? gate.passed : undefined));
    return () => gate.open();
  }

  /** Those of the steps named, in their order. */
  only(...names: string[]): string[] {
    return this.done.filter((step) => names.includes(step));
  }

  count(step: string): number {
    return this.only(step).length;
  }
}

class Gate {
  open: () => void = () => undefined;
  readonly passed = new Promise<void>((resolve) => {
    this.open = resolve;
  });
}

/** Everything that is ready has run: promises, then what setImmediate queued. */
export const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

const mostTurns = 100_000;

/** Waits until the condition holds. @throws when it does not within many turns of the event loop */
export async function until(condition: () => boolean, what: string): Promise<void> {
  for (let turns = 0; !condition(); turns += 1) {
    if (turns === mostTurns) throw new Error(`${what}: it did not come to that`);
    await turn();
  }
}
