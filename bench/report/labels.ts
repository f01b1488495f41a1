import { comparedSeatmapd } from '../cases.js';
import type { InputShape, SideSettings } from '../results.js';
import { whole } from './text.js';

type Labelled = { readonly settings: SideSettings; readonly input: InputShape };

/** The replaced design (a), the same with a slim status (b) and the strongest baseline (c). */
const variants = {
  'map-full': '(a) map state, full map as status',
  'map-slim': '(b) map state, slim status',
  'bitmap-slim': '(c) bitmap state, slim status',
} as const;

/** What a case is, for people. @param usualRequests how many its neighbours had; another number is named */
export function label({ settings, input }: Labelled, usualRequests = input.requests): string {
  const requests = input.requests === usualRequests ? '' : `; ${whole(input.requests)} requests`;
  switch (settings.side) {
    case 'limit':
      return `the limit: consume, produce, commit${requests}`;
    case 'kafka-streams':
      return `Kafka Streams ${variants[settings.variant]}${requests}`;
    case 'seatmapd': {
      const { guarantee, emit, io, payload, workers } = settings;
      const more = [
        payload === 'full' ? ', full map as status' : '',
        workers === comparedSeatmapd.workers ? '' : `, ${workers} ${workers === 1 ? 'worker' : 'workers'}`,
        input.sections === 1 ? ', one hot section' : '',
      ];
      return `seatmapd \`${guarantee}\`, \`${emit}\`, ${io} I/O${more.join('')}${requests}`;
    }
  }
}

const shortVariants = {
  'map-full': '(a) map, full status',
  'map-slim': '(b) map, slim status',
  'bitmap-slim': '(c) bitmap, slim',
} as const;

/** The same in few words, for the chart: what all cases share is left out. */
export function shortLabel({ settings }: Labelled): string {
  if (settings.side === 'limit') return 'the limit (C, no work)';
  if (settings.side === 'kafka-streams') return `Kafka Streams ${shortVariants[settings.variant]}`;
  const { guarantee, emit, io } = settings;
  return `${guarantee}, ${emit}${io === 'packed' ? '' : `, ${io} I/O`}`;
}

const variantOrder = ['bitmap-slim', 'map-slim', 'map-full'];

/** The limit first, then Kafka Streams from the strongest on, then seatmapd as it was run. */
export function ordered<Of extends Labelled>(cases: readonly Of[]): Of[] {
  const rank = ({ settings }: Of): number => {
    if (settings.side === 'limit') return 0;
    return settings.side === 'kafka-streams' ? 1 + variantOrder.indexOf(settings.variant) : 1 + variantOrder.length;
  };
  return [...cases].sort((one, other) => rank(one) - rank(other));
}

/** `1,000,000 requests of 1 to 4 seats for 200 sections of 5,000 seats over 32 partitions` */
export function shapeText({ requests, sections, seatsPerSection, partitions, maxSeatsPerRequest }: InputShape): string {
  const plural = (count: number, noun: string): string => `${whole(count)} ${noun}${count === 1 ? '' : 's'}`;
  return (
    `${plural(requests, 'request')} of 1 to ${maxSeatsPerRequest} seats for ${plural(sections, 'section')} of ` +
    `${plural(seatsPerSection, 'seat')} over ${plural(partitions, 'partition')}`
  );
}
