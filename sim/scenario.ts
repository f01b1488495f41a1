import type { InputTopic } from '../src/frames.js';
import type { PipelineOptions } from '../src/pipeline/pipeline.js';
import type { SlotSettings } from '../src/slots/settings.js';
import { slotSettings } from '../test/support/fakes/settings.js';
import type { Random } from '../test/support/random.js';
import { topicNames } from './cluster/cluster.js';
import { type GroupProtocol, groupProtocols } from './cluster/group.js';
import type { Fault } from './faults/fault.js';
import { planFaults } from './faults/plan.js';
import { limits } from './load/commands.js';

/** What a seed decides before anything happens. */
export type Scenario = {
  readonly partitions: number;
  /** Hosts that are there, and how many of them run from the beginning. */
  readonly hosts: number;
  readonly running: number;
  readonly slots: number;
  readonly protocol: GroupProtocol;
  readonly settings: SlotSettings;
  readonly batch: PipelineOptions['batch'];
  /** Records that are there at the beginning, and bursts that follow, of each partition. */
  readonly backlog: readonly number[];
  readonly bursts: readonly number[];
  readonly isTransactional: boolean;
  readonly late: { readonly markersPercent: number; readonly othersPercent: number };
  readonly lows: ReadonlyMap<InputTopic, readonly number[]>;
  readonly faults: readonly Fault[];
};

/** @param guarantee drawn as well, unless it is given */
export function drawScenario(random: Random, given: SlotSettings['guarantee'] | undefined): Scenario {
  const drawn = random.next() < 0.7 ? 'exactly_once' : 'at_least_once';
  const guarantee = given ?? drawn;
  const partitions = random.whole(1, 4);
  const each = <Drawn>(draw: () => Drawn): Drawn[] => Array.from({ length: partitions }, draw);
  const hosts = random.pick([1, 2, 2, 3]);
  const isTrimmed = random.next() < 0.3;
  const settings = slotSettings({
    ...{ guarantee, limits, topics: topicNames },
    adjacency: random.pick(['section', 'section', 'row']),
    onSold: random.pick(['replace', 'replace', 'refuse']),
    payload: random.pick(['count', 'count', 'count', 'full']),
    emit: random.pick(['latest', 'every']),
  });
  return {
    ...{ partitions, hosts, settings, running: random.whole(1, hosts), slots: random.whole(1, 3) },
    protocol: random.pick(groupProtocols),
    batch: {
      maxMessages: random.pick([1, 2, 3, 5, 8, 13]),
      maxWaitMs: 0,
      inFlight: random.whole(1, 4),
      maxHeldBackMessages: random.pick([2, 5, 1_000]),
    },
    backlog: each(() => random.whole(0, Math.ceil(60 / partitions))),
    bursts: each(() => random.whole(0, 3)),
    isTransactional: random.next() < 0.5,
    late: { markersPercent: random.pick([0, 5, 25]), othersPercent: random.pick([0, 0, 2, 6]) },
    lows: new Map(([0, 1] as const).map((topic) => [topic, each(() => (isTrimmed ? random.whole(0, 5) : 0))])),
    faults: planFaults(random, guarantee),
  };
}
