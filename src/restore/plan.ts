import { ExitCode, FatalError, needsPerson } from '../errors.js';
import type { CommittedOffsets } from '../kafka/input.js';
import type { OffsetRange } from '../kafka/watermarks.js';
import { aheadOf, type Positions, samePositions } from '../pipeline/positions.js';
import type { StoreMark } from '../slots/tasks.js';

/** What is known of a partition before it is restored. */
export type RestoreFacts = {
  readonly application: string;
  readonly partition: number;
  readonly guarantee: 'exactly_once' | 'at_least_once';
  readonly committed: CommittedOffsets;
  readonly store: StoreMark | undefined;
  readonly clusterId: string;
  readonly ranges: { readonly init: OffsetRange; readonly requests: OffsetRange; readonly changelog: OffsetRange };
  readonly topics: { readonly init: string; readonly requests: string; readonly changelog: string };
};

/** How a partition is restored, and where its inputs are taken up. */
export type RestorePlan = {
  readonly partition: number;
  readonly start: Positions;
  /** Where to follow the changelog from, and to at least which offset; nothing to follow otherwise. */
  readonly changelog: { readonly from: number; readonly until: number } | undefined;
  readonly source: 'store' | 'changelog' | 'empty';
  /** The group's offsets were gone and the store's are used. */
  readonly offsetsExpired: boolean;
  /** There is neither a committed offset nor a store: images in the changelog would mean that something was lost. */
  readonly hasNoOffsets: boolean;
};

/** Decides how to restore a partition (PROTOCOL: restore). @throws FatalError when a person has to decide */
export function planRestore(facts: RestoreFacts): RestorePlan {
  assertSameCluster(facts);
  const { committed, store, ranges, partition } = facts;
  /** A store that has only stood by has no offsets of its own. */
  const stored = store?.positions;
  const hasNoOffsets = committed.init === undefined && committed.requests === undefined && stored === undefined;
  const isMissingOne = committed.init === undefined || committed.requests === undefined;
  const committedOr = (other: Positions): Positions => ({ ...other, ...committed });
  const earliest = { init: ranges.init.low, requests: ranges.requests.low };
  const start = committedOr(stored ?? earliest);
  const common = { partition, offsetsExpired: isMissingOne && stored !== undefined, hasNoOffsets };
  const until = ranges.changelog.high;

  if (store === undefined) {
    assertInRange(facts, start);
    const from = ranges.changelog.low;
    const hasImages = from < until;
    return {
      ...common,
      start,
      changelog: hasImages ? { from, until } : undefined,
      source: hasImages ? 'changelog' : 'empty',
    };
  }
  if (stored !== undefined && aheadOf(stored, start)) {
    assertMayBeAhead(facts, stored, start);
    assertInRange(facts, stored);
    return { ...common, start: stored, changelog: undefined, source: 'store' };
  }
  assertInRange(facts, start);
  // Offsets that are gone say nothing of another instance that went on after this store: the changelog does.
  if (stored !== undefined && samePositions(stored, start) && !isMissingOne)
    return { ...common, start, changelog: undefined, source: 'store' };
  const from = Math.max(store.changelogPosition, ranges.changelog.low);
  return { ...common, start, changelog: from < until ? { from, until } : undefined, source: 'changelog' };
}

const describe = ({ init, requests }: Positions): string => `init ${init}, requests ${requests}`;

/** What the changelog has to be for a store of it to be gone on with. @throws FatalError (78) when it is another */
export function assertSameCluster({
  store,
  clusterId,
  partition,
  ranges,
  topics,
}: Pick<RestoreFacts, 'store' | 'clusterId' | 'partition'> & {
  readonly ranges: Pick<RestoreFacts['ranges'], 'changelog'>;
  readonly topics: Pick<RestoreFacts['topics'], 'changelog'>;
}): void {
  if (store === undefined) return;
  if (store.clusterId !== '' && clusterId !== '' && store.clusterId !== clusterId)
    throw needsPerson(
      `the store of partition ${partition} belongs to the Kafka cluster ${store.clusterId}, but this is ${clusterId}: point kafka.client at the right cluster, or give this one its own state.directory`,
    );
  if (store.changelogPosition > ranges.changelog.high)
    throw needsPerson(
      `the store of partition ${partition} has followed ${topics.changelog} to offset ${store.changelogPosition}, but the topic ends at ${ranges.changelog.high}: it was made anew. Move the store away if its sections are to be forgotten`,
    );
}

/** Under at_least_once the store is written before the offsets are committed; under exactly_once it can't be ahead. */
function assertMayBeAhead(facts: RestoreFacts, store: Positions, committed: Positions): void {
  if (facts.guarantee === 'at_least_once' && !aheadOf(committed, store)) return;
  throw new FatalError(
    ExitCode.internal,
    `broken invariant: the store of partition ${facts.partition} (${describe(store)}) is ahead of the committed offsets (${describe(committed)}). Either the group's offsets were set back, which would answer requests twice, or the store is another application's: set the offsets of group ${facts.application} forward again, or move the store away to have it restored from ${facts.topics.changelog}`,
  );
}

function assertInRange({ ranges, topics, partition, application }: RestoreFacts, start: Positions): void {
  for (const topic of ['init', 'requests'] as const) {
    const { low, high } = ranges[topic];
    const position = start[topic];
    const name = `${topics[topic]}-${partition}`;
    if (position < low)
      throw needsPerson(
        `offsets ${position} to ${low - 1} of ${name} were deleted before they were processed: the answers to them are lost. Raise the topic's retention, and set the offset of group ${application} to ${low} to go on without them`,
      );
    if (position > high)
      throw needsPerson(
        `the next offset of ${name} is ${position}, but the topic ends at ${high}: it was made anew, or lost records. Set the offset of group ${application} for it once you know which`,
      );
  }
}

/** Images that no offset places: where `--resume-from images` goes on, or the sentence for who has to decide. */
export function resumeFromImages(
  facts: {
    application: string;
    partition: number;
    changelog: string;
    resumeFrom: 'images' | undefined;
    store: StoreMark | undefined;
  },
  newestImage: Positions,
): Positions {
  const { application, partition, changelog, resumeFrom, store } = facts;
  if (resumeFrom === 'images') return newestImage;
  const stored = store?.positions;
  const behind = stored === undefined ? 'there is no store' : `the store is older (${describe(stored)})`;
  throw needsPerson(
    `${changelog}-${partition} has images of sections, but group ${application} has no committed offset and ${behind}: starting there would sell seats twice. Restore the group's offsets, or start once with --resume-from images to go on behind the newest image (${describe(newestImage)})`,
  );
}
