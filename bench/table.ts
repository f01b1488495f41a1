import type { InstancesFigures } from './instances/instances-run.js';
import type { Failure, LatencyFigures, ThroughputFigures } from './results.js';
import type { TakeoverFigures } from './takeover/takeover.js';

type Column<Figures> = readonly [title: string, width: number, text: (figures: Figures) => string];

const labelWidth = 54;
const whole = (value: number): string => Math.round(value).toLocaleString('en');
const kilobytes = (bytes: number): string => whole(bytes / 1e3);
const fixed =
  (digits: number) =>
  (value: number): string =>
    value.toFixed(digits);

export const throughputColumns: readonly Column<ThroughputFigures>[] = [
  ['requests/s', 11, (figures) => whole(figures.requestsPerSecond)],
  ['warm/s', 10, (figures) => whole(figures.warmRequestsPerSecond)],
  ['CPU µs', 8, (figures) => fixed(2)(figures.cpuMicrosPerRequest)],
  ['broker µs', 10, (figures) => fixed(2)(figures.brokerCpuMicrosPerRequest)],
  ['RSS MB', 8, (figures) => whole(figures.peakRssBytes / 1e6)],
  ['status kB', 11, (figures) => kilobytes(figures.statusBytes)],
  ['changelog kB', 13, (figures) => kilobytes(figures.changelogBytes)],
];

export const latencyColumns: readonly Column<LatencyFigures>[] = [
  ['p50 ms', 8, (figures) => fixed(1)(figures.p50Ms)],
  ['p90 ms', 8, (figures) => fixed(1)(figures.p90Ms)],
  ['p99 ms', 8, (figures) => fixed(1)(figures.p99Ms)],
  ['p99.9 ms', 9, (figures) => fixed(1)(figures.p999Ms)],
  ['max ms', 8, (figures) => fixed(1)(figures.maxMs)],
  ['late p99', 9, (figures) => fixed(1)(figures.pacerLateP99Ms)],
  ['CPU µs', 8, (figures) => fixed(2)(figures.cpuMicrosPerRequest)],
  ['broker µs', 10, (figures) => fixed(2)(figures.brokerCpuMicrosPerRequest)],
];

export const takeoverColumns: readonly Column<TakeoverFigures>[] = [
  ['takeover s', 11, (figures) => fixed(1)(figures.takeoverSeconds)],
  ['expiry s', 10, (figures) => fixed(1)(figures.expirySeconds)],
  ['offsets s', 11, (figures) => fixed(1)(figures.offsetsSeconds)],
  ['restore s', 11, (figures) => fixed(2)(figures.restoreSeconds)],
  ['images', 10, (figures) => whole(figures.imagesRead)],
  ['sections', 10, (figures) => whole(figures.sections)],
  ['RSS MB', 8, (figures) => whole(figures.peakRssBytes / 1e6)],
];

export const instancesColumns: readonly Column<InstancesFigures>[] = [
  ['requests/s', 11, (figures) => whole(figures.requestsPerSecond)],
  ['warm/s', 10, (figures) => whole(figures.warmRequestsPerSecond)],
  ['CPU µs', 8, (figures) => fixed(2)(figures.cpuMicrosPerRequest)],
  ['broker µs', 10, (figures) => fixed(2)(figures.brokerCpuMicrosPerRequest)],
  ['RSS MB', 8, (figures) => whole(figures.peakRssBytes / 1e6)],
  ['input B', 9, (figures) => fixed(1)(figures.inputBytesPerRequest)],
  ['partitions', 12, (figures) => `${figures.fewestPartitions}–${figures.mostPartitions}`],
];

/** Writes a table to stdout, a line as soon as a run ended. */
export class Table<Figures> {
  constructor(
    private readonly title: string,
    private readonly columns: readonly Column<Figures>[],
    private readonly rounds: number,
  ) {}

  begin(): void {
    this.write(this.title, (column) => column[0]);
  }

  ran(of: { readonly name: string }, round: number, figures: Figures): void {
    this.write(this.label(of, round), ([, , text]) => text(figures));
  }

  median(of: { readonly name: string }, figures: Figures): void {
    this.write(`${labelOf(of)} (median)`, ([, , text]) => text(figures));
  }

  failed({ name, round, message }: Failure): void {
    process.stdout.write(`${this.label({ name }, round)} FAILED: ${message}\n`);
  }

  private label(of: { readonly name: string }, round: number): string {
    return `${labelOf(of)} ${round}/${this.rounds}`;
  }

  private write(label: string, cell: (column: Column<Figures>) => string): void {
    const cells = this.columns.map((column) => cell(column).padStart(column[1]));
    process.stdout.write(`${label.padEnd(labelWidth)}${cells.join('')}\n`);
  }
}

const labelOf = (of: { readonly name: string; readonly requestsPerSecond?: number }): string =>
  of.requestsPerSecond === undefined ? of.name : `${of.name} ${of.requestsPerSecond}/s`;
