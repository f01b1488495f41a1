import { InputTopic } from '../../src/frames.js';
import { type Positions, samePositions } from '../../src/pipeline/positions.js';
import { expect } from '../../test/support/expected.js';
import type { LoggedRecord } from '../cluster/partition-log.js';
import type { World } from '../world.js';
import { checkAnswers, readAnswers } from './answers.js';
import { checkDeadLetters, readDeadLetters } from './dead-letters.js';
import { type Folded, fold } from './fold.js';
import { checkImages, lastImages, newestImages } from './images.js';
import { checkStatuses } from './statuses.js';

/** Holds all that was committed, once every process has drained, against a model that knows none of them. */
export function checkOutcome(world: World): { readonly answers: number } {
  const { cluster, scenario, problems } = world;
  const { settings, partitions } = scenario;
  const repeats = settings.guarantee === 'at_least_once';
  const { overlapped, history } = world;
  // Under at_least_once an instance that was thought dead may bring a section back that was removed meanwhile.
  const uncertain = overlapped ? history.broughtBack : new Set<string>();
  const numbers = Array.from({ length: partitions }, (_, partition) => partition);
  const inits = numbers.map((partition) => cluster.input(InputTopic.init, partition).committed());
  const requests = numbers.map((partition) => cluster.input(InputTopic.requests, partition).committed());
  const expected = expect(inits, requests, { ...settings, ...settings.limits });

  const answers = readAnswers(cluster.output('results'), problems);
  checkAnswers(answers, expected, { repeats, broughtBack: uncertain }, problems);
  const republished = world.republications > 0;
  checkStatuses(
    cluster.output('status'),
    expected,
    { ...settings, repeats, overlapped, republished, uncertain },
    problems,
  );
  const deadLetters = readDeadLetters(cluster.output('deadLetters'));
  checkDeadLetters(deadLetters, expected, repeats, problems);

  const facts = { answers, deadLetters: new Set(deadLetters), uncertain };
  for (const partition of numbers) {
    const [initsHere, requestsHere] = [inits[partition] ?? [], requests[partition] ?? []];
    const folded = fold(initsHere, requestsHere, facts, problems);
    const log = cluster.changelog(partition);
    checkImages(log.name, newestImages(log, uncertain), folded, problems);
    if (!overlapped) checkImages(`${log.name}, compacted`, lastImages(log), folded, problems);
    checkStores(world, partition, { init: endOf(initsHere), requests: endOf(requestsHere) }, folded);
  }
  return { answers: expected.answersInOrder.length };
}

/** A store that stands for all of the input holds what the answers leave, whoever wrote it. */
function checkStores(
  { hosts, problems, history, scenario }: World,
  partition: number,
  end: Positions,
  folded: Folded,
): void {
  for (const { name, disk } of hosts) {
    const { images, mark } = disk.of(partition).content;
    const positions = mark?.positions;
    const isComplete = positions !== undefined && samePositions(positions, history.of(partition).committed ?? end);
    if (isComplete && scenario.settings.guarantee === 'exactly_once')
      checkImages(`the store of ${name}, partition ${partition}`, images, folded, problems);
  }
}

/** The position behind the last record. */
const endOf = (records: readonly LoggedRecord[]): number => (records.at(-1)?.offset ?? -1) + 1;
