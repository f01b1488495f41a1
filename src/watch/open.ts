import type { Long } from '../../workers/avro.js';
import { followerProperties } from '../client/properties.js';
import { decoderOf } from '../client/registry-status-decoder.js';
import { SectionStatusCache } from '../client/section-status-cache.js';
import { type Config, topicNames } from '../config/schema.js';
import { colours, plain } from '../terminal/ink.js';
import { isLive } from '../terminal/terminal.js';
import { Board, mostSections } from './board.js';
import { CacheFeed } from './cache-feed.js';
import { ChangelogFeed } from './changelog-feed.js';
import { fewestColumns, fewestRows } from './frame.js';
import { Headline } from './headline.js';
import { JsonLines } from './json-lines.js';
import { JsonStream } from './json-stream.js';
import { LiveBoard } from './live-board.js';
import type { Output } from './output.js';
import type { Selection } from './selection.js';
import { Snapshots } from './snapshots.js';
import { initialView } from './view.js';
import { Watch } from './watch.js';

export type WatchOptions = Selection & {
  /** The only event that is shown; undefined: all. */
  readonly eventId: Long | undefined;
  readonly isJson: boolean;
  /** Shows what there is, and ends. */
  readonly isOnce: boolean;
  /** Between two snapshots, where there is no terminal. */
  readonly intervalMs: number;
  /** Most sections of a snapshot. */
  readonly limit: number;
};

/** Where it is shown. */
export type Streams = {
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  readonly environment: NodeJS.ProcessEnv;
};

export type OpenWatch = {
  readonly watch: Watch;
  close(): Promise<void>;
};

/** Connects to the topics of `config`. @throws FatalError (75) when no broker answers, (78) without a status topic */
export async function openWatch(config: Config, options: WatchOptions, streams: Streams): Promise<OpenWatch> {
  const topics = topicNames(config);
  const properties = followerProperties(config);
  const decoder = decoderOf(config);
  const cache = await SectionStatusCache.connect({
    client: properties,
    topic: topics.status,
    decoder,
    sectionLimit: mostSections,
  });
  const seats = await ChangelogFeed.open(properties, topics.changelog).catch(async (error: unknown) => {
    await cache.close();
    throw error;
  });
  const statuses = new CacheFeed(cache);
  const board = new Board(options.eventId);
  const headline = new Headline(options.eventId, topics.status, statuses);
  const output = outputOf(board, headline, options, streams, () => watch.stop());
  const watch: Watch = new Watch({ board, headline, output, statuses, seats });
  return {
    watch,
    close: async () => {
      decoder.close?.();
      await Promise.all([cache.close(), seats?.close()]);
    },
  };
}

function outputOf(
  board: Board,
  headline: Headline,
  options: WatchOptions,
  { stdin, stdout: out, environment }: Streams,
  onQuit: () => void,
): Output {
  const { isJson, isOnce, intervalMs, limit, sort, filter, isReversed } = options;
  if (isJson) return new JsonStream(board, new JsonLines(out), options);
  if (isOnce || !isLive(out, environment, fewestColumns, fewestRows))
    return new Snapshots(board, headline, {
      ...{ out, selection: options, limit },
      intervalMs: isOnce ? undefined : intervalMs,
    });
  return new LiveBoard(board, headline, {
    out,
    keyboard: stdin.isTTY ? stdin : undefined,
    ink: environment.NO_COLOR ? plain : colours,
    view: initialView(sort, filter, isReversed),
    onQuit,
  });
}
