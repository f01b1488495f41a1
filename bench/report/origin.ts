import type { Results } from '../results.js';
import { type NamedPart, namedParts, type Parts, type ResultsFile } from './parts.js';
import { listed, wrapped } from './text.js';

/** A results file that is used, and what is from it. */
export type Origin = {
  readonly from: ResultsFile;
  /** `throughput, latency and sweeps of sections and seats` */
  readonly what: string;
  readonly runs: readonly number[];
};

/** The files that are used, in the order of what is from them. */
export function originsOf(parts: Parts): Origin[] {
  const byFile = new Map<ResultsFile, NamedPart[]>();
  for (const named of namedParts(parts)) byFile.set(named.part.from, [...(byFile.get(named.part.from) ?? []), named]);
  return [...byFile].map(([from, named]) => ({
    from,
    what: whatOf(named),
    runs: [...new Set(named.flatMap(({ part }) => part.cases.map(({ runs }) => runs.length)))].sort((a, b) => a - b),
  }));
}

function whatOf(named: readonly NamedPart[]): string {
  const parts = named.filter(({ sweep }) => sweep === undefined).map(({ name }) => name);
  const sweeps = named.flatMap(({ sweep }) => sweep ?? []);
  return listed([
    ...parts,
    ...(sweeps.length > 0 ? [`${sweeps.length > 1 ? 'sweeps' : 'sweep'} of ${listed(sweeps)}`] : []),
  ]);
}

export const commitText = ({ commit: { hash, dirty } }: Results): string =>
  `commit ${hash}${dirty ? ' with uncommitted changes' : ''}`;

export const dateText = ({ startedAt }: Results): string => startedAt.slice(0, 10);

export const machineText = ({ machine: { cpu, cores, memoryBytes, kernel } }: Results): string =>
  `${cpu}, ${cores} ${cores === 1 ? 'core' : 'cores'}, ${Math.round(memoryBytes / 2 ** 30)} GiB, Linux ${kernel}`;

export const versionsText = ({ versions: { node, java, kafka, librdkafka } }: Results): string =>
  `Kafka ${kafka} on the same machine, Node.js ${node}, librdkafka ${librdkafka}, Java ${java}`;

/** The command as it is typed in a checkout, without the place of its results. */
export function commandText({ command }: Results): string {
  const options = command
    .replace(/^bench ?/, '')
    .replace(/--out[ =]\S+/, '')
    .replaceAll(/ +/g, ' ')
    .trim();
  return options === '' ? 'npm run bench' : `npm run bench -- ${options}`;
}

/** `medians of 3 runs each`; of several numbers the fewest and the most. */
export function runsText(runs: readonly number[]): string {
  const [fewest, most] = [runs[0], runs.at(-1)];
  if (fewest === most) return fewest === 1 ? 'one run each, no medians' : `medians of ${fewest} runs each`;
  return `medians of ${fewest} to ${most} runs`;
}

export const placeText = (results: Results): string => `${machineText(results)}; ${versionsText(results)}`;

/** The place, where it is the same for all origins; said once instead of with each. */
export function onlyPlace(origins: readonly Origin[]): string | undefined {
  const [place, ...others] = new Set(origins.map(({ from: { results } }) => placeText(results)));
  return others.length === 0 ? place : undefined;
}

/** Where the figures come from, as Markdown: a sentence, or a list with an item for each file. */
export function originsText(parts: Parts): string {
  const origins = originsOf(parts);
  const shared = onlyPlace(origins);
  const made = origins.map(({ from: { file, results }, runs }) => {
    const place = shared === undefined ? `; ${placeText(results)}` : '';
    return `\`${commandText(results)}\` on ${dateText(results)}, ${commitText(results)}, ${runsText(runs)}: ${fileLink(file, '')}${place}`;
  });
  const onPlace = shared === undefined ? '' : ` ${shared}.`;
  if (origins.length === 1) return wrapped(`Measured by ${made[0]}.${onPlace}`);
  const items = origins.map(({ what }, index) => `- ${what}: ${made[index]}`);
  const introduction = `Measured in different runs of the benchmark; only figures of one run are compared.${onPlace}`;
  return [wrapped(introduction), '', ...items].join('\n');
}

/** @param toRoot from the document to the project's folder, which names of files begin at */
export const fileLink = (file: string, toRoot: string): string =>
  file.includes('/') ? `[${file}](${toRoot}${file})` : file;
