/** Where a value lies on the paper, and the values that are marked there. */
export type Axis = {
  readonly at: (value: number) => number;
  readonly ticks: readonly number[];
};

type Place = { readonly from: number; readonly to: number };

const wantedTicks = 5;
const mostTicks = 9;
const roundFactors = [1, 2, 5];

/** From 0 to the next round value over the largest. */
export function linearAxis(largest: number, { from, to }: Place): Axis {
  const step = roundStep(Math.max(largest, 1) / wantedTicks);
  const count = Math.max(1, Math.ceil(largest / step));
  return {
    at: (value) => from + ((to - from) * value) / (step * count),
    ticks: Array.from({ length: count + 1 }, (_, index) => index * step),
  };
}

/** The smallest of 1, 2 and 5 times a power of ten that is not below. */
function roundStep(atLeast: number): number {
  const power = 10 ** Math.floor(Math.log10(atLeast));
  return power * (roundFactors.find((factor) => factor * power >= atLeast) ?? 10);
}

/** From 1, 2 or 5 times a power of ten to another. Where many would be marked, only the powers of ten are. */
export function logarithmicAxis(values: readonly number[], { from, to }: Place): Axis {
  const [smallest, largest] = [Math.min(...values), Math.max(...values)];
  const round = roundValues(smallest, largest);
  const first = round.findLast((value) => value <= smallest) ?? smallest;
  const last = round.find((value) => value >= largest && value > first) ?? largest;
  const within = round.filter((value) => value >= first && value <= last);
  return {
    at: (value) => from + ((to - from) * Math.log10(value / first)) / Math.log10(last / first),
    ticks: within.length <= mostTicks ? within : within.filter((value) => Number.isInteger(Math.log10(value))),
  };
}

/** 1, 2 and 5 times every power of ten from below the smallest to above the largest. */
function roundValues(smallest: number, largest: number): number[] {
  const first = Math.floor(Math.log10(smallest));
  const count = Math.ceil(Math.log10(largest)) - first + 1;
  const powers = Array.from({ length: count }, (_, index) => 10 ** (first + index));
  return powers.flatMap((power) => roundFactors.map((factor) => factor * power));
}
