/** Within about this time a rate follows what it measures. */
const timeConstantMs = 3_000;

/** How many come a second, lately: each counts less the longer ago it came. Constant in memory and time. */
export class DecayingRate {
  private perSecond = 0;
  private atMs = 0;

  add(count: number, nowMs: number): void {
    this.perSecond = this.at(nowMs) + (count * 1_000) / timeConstantMs;
    this.atMs = nowMs;
  }

  at(nowMs: number): number {
    return this.perSecond === 0 ? 0 : this.perSecond * Math.exp((this.atMs - nowMs) / timeConstantMs);
  }
}
