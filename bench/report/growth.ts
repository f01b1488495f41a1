import type { Machine, SweepName, SweepPoint } from '../results.js';
import { megabytes, significant, whole } from './text.js';

/** Costs that are no further apart than this count as flat; a smaller difference could be the machine's. */
export const flatWithin = 1.25;

const units: Readonly<Record<SweepName, (value: number) => string>> = {
  sections: (value) => `${whole(value)} ${value === 1 ? 'section' : 'sections'}`,
  seats: (value) => `${whole(value)} seats a section`,
  partitions: (value) => `${whole(value)} partitions`,
  workers: (value) => `${whole(value)} ${value === 1 ? 'worker' : 'workers'}`,
  fragmentation: (value) => (value === 0 ? 'all seats free' : 'every other seat taken'),
};

/** A point's value with its noun: `10,000 sections`. */
export const valueText = ({ sweep, value }: SweepPoint): string => units[sweep](value);

/** How the cost grows over a sweep, in sentences. @param points of one sweep, in the order of their values */
export function growthText(points: readonly SweepPoint[], { cores }: Machine): string {
  const [first, last] = [points[0], points.at(-1)];
  if (!first || !last || first === last) return 'One point alone does not say how the cost grows.';
  const byCpu = [...points].sort((one, other) => cpu(one) - cpu(other));
  const [cheapest, dearest] = [byCpu[0] ?? first, byCpu.at(-1) ?? last];
  const apart = cpu(dearest) / cpu(cheapest);
  const figures = `(${points.map((point) => significant(cpu(point))).join(', ')} µs)`;
  const judged =
    apart <= flatWithin
      ? `Flat: no point takes more than ${significant(apart)} times the CPU a request of another ${figures}.`
      : `Not flat: a request takes ${significant(apart)} times as much CPU with ${valueText(dearest)} as with ` +
        `${valueText(cheapest)} ${figures}.${tenfoldText(first, last)}`;
  const rates = points.map((point) => {
    const { requestsPerSecond } = point.median;
    const relative = significant(requestsPerSecond / first.median.requestsPerSecond);
    return point === first ? whole(requestsPerSecond) : `${whole(requestsPerSecond)} (× ${relative})`;
  });
  return [
    `Each over ${whole(first.input.requests)} requests.`,
    judged,
    `Requests a second: ${rates.join(', ')};`,
    `peak RSS: ${points.map(({ median }) => megabytes(median.peakRssBytes)).join(', ')} MB.`,
    ...(last.sweep === 'workers' ? [`The machine has ${cores} cores, and the broker is on it too.`] : []),
  ].join(' ');
}

const cpu = (point: SweepPoint): number => point.median.cpuMicrosPerRequest;

/** What a tenfold quantity costs on average, where the quantity grows tenfold at all. */
function tenfoldText(first: SweepPoint, last: SweepPoint): string {
  const tenfolds = first.value > 0 ? Math.log10(last.value / first.value) : 0;
  if (tenfolds < 1) return '';
  const growth = cpu(last) / cpu(first);
  const perTenfold = significant(growth ** (1 / tenfolds));
  return ` From the first to the last, × ${whole(last.value / first.value)}, it is × ${significant(growth)}: × ${perTenfold} for each tenfold.`;
}
