import {
  type Failure,
  type LatencyCase,
  type Results,
  type SweepName,
  type SweepPoint,
  sweepNames,
  type ThroughputCase,
} from '../results.js';

/** A results file: its name, as the report shows it, and what is in it. */
export type ResultsFile = { readonly file: string; readonly results: Results };

/** What was measured in one run of the benchmark, and where it is from. */
export type Part<Of> = { readonly from: ResultsFile; readonly cases: readonly Of[] };

/** Only cases of one part are compared with each other: they ran on the same machine at the same time. */
export type Parts = {
  readonly throughput: Part<ThroughputCase> | undefined;
  readonly latency: Part<LatencyCase> | undefined;
  /** Those that were run, in the order of `sweepNames`. */
  readonly sweeps: ReadonlyMap<SweepName, Part<SweepPoint>>;
  /** Of all files that were given, used or not. */
  readonly failures: readonly (Failure & { readonly file: string })[];
};

/** Each part from the newest file that has it. @throws when no file has any */
export function partsOf(files: readonly ResultsFile[]): Parts {
  const newestFirst = [...files].sort((one, other) => other.results.startedAt.localeCompare(one.results.startedAt));
  const newest = <Of>(cases: (results: Results) => readonly Of[]): Part<Of> | undefined => {
    const from = newestFirst.find(({ results }) => cases(results).length > 0);
    return from && { from, cases: cases(from.results) };
  };
  const parts: Parts = {
    throughput: newest(({ throughput }) => throughput),
    latency: newest(({ latency }) => latency),
    sweeps: new Map(
      sweepNames.flatMap((name) => {
        const part = newest(({ sweeps }) => sweeps.filter(({ sweep }) => sweep === name));
        return part ? [[name, part]] : [];
      }),
    ),
    failures: newestFirst.flatMap(({ file, results }) => results.failures.map((failure) => ({ file, ...failure }))),
  };
  if (namedParts(parts).length === 0) throw new Error('the results files hold no figures');
  return parts;
}

export type NamedPart = {
  readonly name: string;
  readonly sweep?: SweepName;
  readonly part: Part<ThroughputCase | LatencyCase | SweepPoint>;
};

/** The parts that there are, by the names that the report gives them. */
export function namedParts({ throughput, latency, sweeps }: Parts): NamedPart[] {
  return [
    ...(throughput ? [{ name: 'throughput', part: throughput }] : []),
    ...(latency ? [{ name: 'latency', part: latency }] : []),
    ...[...sweeps].map(([name, part]) => ({ name: `sweep of ${name}`, sweep: name, part })),
  ];
}
