const windowMs = 1_000;

/** How fast a count grows, over about the last second. */
export class Rate {
  private readonly samples: { readonly atMs: number; readonly count: number }[] = [];

  /** Notes the count at a time, and tells the growth per second. */
  at(atMs: number, count: number): number {
    this.samples.push({ atMs, count });
    while (this.samples.length > 2 && atMs - this.samples[1]!.atMs >= windowMs) this.samples.shift();
    const [first] = this.samples;
    if (first === undefined || first.atMs === atMs) return 0;
    return ((count - first.count) * 1_000) / (atMs - first.atMs);
  }
}
