/** A point that a batch reaches once, or never; the batch behind it waits for it. */
export class Milestone {
  readonly reached: Promise<void>;
  private resolve: () => void = () => undefined;
  private reject: (error: unknown) => void = () => undefined;

  constructor() {
    this.reached = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
    // Nobody may be waiting when it fails.
    this.reached.catch(() => undefined);
  }

  static passed(): Milestone {
    const milestone = new Milestone();
    milestone.reach();
    return milestone;
  }

  reach(): void {
    this.resolve();
  }

  /** It will not be reached; without an effect once it is. */
  fail(error: unknown): void {
    this.reject(error);
  }
}

/** How far a batch's transaction is. */
export class TransactionProgress {
  constructor(
    /** Its input offsets are with the group's coordinator. */
    readonly offsetsSent = new Milestone(),
    /** The broker has all its records. */
    readonly delivered = new Milestone(),
    /** It has taken effect. */
    readonly committed = new Milestone(),
  ) {}

  fail(error: unknown): void {
    for (const milestone of [this.offsetsSent, this.delivered, this.committed]) milestone.fail(error);
  }

  /** What the first batch has before it. */
  static done(): TransactionProgress {
    return new TransactionProgress(Milestone.passed(), Milestone.passed(), Milestone.passed());
  }
}
