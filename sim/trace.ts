import { createHash } from 'node:crypto';

/** What happened, line by line; a digest of it is what two runs of one seed share. */
export class Trace {
  private readonly hash = createHash('sha256');

  constructor(
    private readonly nowMs: () => number,
    private readonly onLine: ((line: string) => void) | undefined,
  ) {}

  add(who: string, what: string): void {
    const line = `${this.nowMs().toFixed(3).padStart(12)} ${who.padEnd(8)} ${what}`;
    this.hash.update(line);
    this.onLine?.(line);
  }

  /** Of all lines so far. */
  digest(): string {
    return this.hash.copy().digest('hex');
  }
}
