/** Within about this time a rate follows what it measures. */
const timeConstantMs = 5_000;
const byName = new Intl.Collator('en', { numeric: true });

/** How many come a second, lately: each counts less the longer ago it came. */
export class DecayingRate {
  #perSecond = 0;
  #atMs = 0;

  add(count, nowMs) {
    this.#perSecond = this.at(nowMs) + (count * 1_000) / timeConstantMs;
    this.#atMs = nowMs;
  }

  at(nowMs) {
    return this.#perSecond * Math.exp((this.#atMs - nowMs) / timeConstantMs);
  }
}

/** Steps of the shares of free seats, from few to plenty: `from` is where a step begins. Level 0 is sold out. */
export const levels = [
  { level: 6, from: 0.75, label: 'over 75 %' },
  { level: 5, from: 0.5, label: 'over 50 %' },
  { level: 4, from: 0.3, label: 'over 30 %' },
  { level: 3, from: 0.15, label: 'over 15 %' },
  { level: 2, from: 0.05, label: 'over 5 %' },
  { level: 1, from: 0, label: 'the last seats' },
  { level: 0, from: undefined, label: 'sold out' },
];

export function levelOf({ left, seats }) {
  if (left <= 0) return 0;
  const share = left / Math.max(left, seats);
  return levels.find(({ from }) => from !== undefined && share > from)?.level ?? 1;
}

/** The sections of the event by name, with the rates at which they sell. */
export class Sections {
  /** Seats sold in the whole event. */
  rate = new DecayingRate();
  #byName = new Map();

  get all() {
    return [...this.#byName.values()];
  }

  /** In the order of their names, numbers by value. */
  get ordered() {
    return this.all.sort((a, b) => byName.compare(a.name, b.name));
  }

  get(name) {
    return this.#byName.get(name);
  }

  /** Takes every section anew. Returns whether there are others than before. */
  reset(rows) {
    const before = this.#byName;
    this.#byName = new Map();
    for (const [name, left, seats, isExact] of rows)
      if (left !== null)
        this.#byName.set(name, { ...(before.get(name) ?? { name, rate: new DecayingRate() }), left, seats, isExact });
    return before.size !== this.#byName.size || [...before.keys()].some((name) => !this.#byName.has(name));
  }

  /** Takes changes. Returns the sections that changed, those that sold seats, and whether sections came or went. */
  update(rows, nowMs) {
    const changed = [];
    const sold = new Set();
    let isOther = false;
    for (const [name, left, seats, isExact] of rows) {
      const section = this.#byName.get(name);
      if (left === null) isOther = this.#byName.delete(name) || isOther;
      else if (section === undefined) {
        this.#byName.set(name, { name, left, seats, isExact, rate: new DecayingRate() });
        isOther = true;
      } else {
        if (left < section.left) {
          section.rate.add(section.left - left, nowMs);
          this.rate.add(section.left - left, nowMs);
          sold.add(section);
        }
        Object.assign(section, { left, seats, isExact });
        changed.push(section);
      }
    }
    return { changed, sold, isOther };
  }
}
