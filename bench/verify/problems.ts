const shown = 3;

/** Collects what is wrong with a run's output, by kind, and throws all of it at once. */
export class Problems {
  private readonly kinds = new Map<string, { count: number; readonly examples: string[] }>();

  /** `example` is only called for the first ones of a kind. */
  add(kind: string, example: () => string): void {
    const known = this.kinds.get(kind) ?? { count: 0, examples: [] };
    known.count++;
    if (known.examples.length < shown) known.examples.push(example());
    this.kinds.set(kind, known);
  }

  /** @throws WrongOutputError when anything was added */
  assertNone(): void {
    if (this.kinds.size === 0) return;
    const lines = [...this.kinds].map(([kind, { count, examples }]) => `${count} ${kind} (${examples.join('; ')})`);
    throw new WrongOutputError(lines.join(', '));
  }
}

/** A run's answers or statuses are not those of the contract. */
export class WrongOutputError extends Error {
  override readonly name = 'WrongOutputError';
}
