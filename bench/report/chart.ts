import { latencyPanel } from './latency-panel.js';
import { commitText, dateText, onlyPlace, originsOf, placeText, runsText } from './origin.js';
import { layout, type Panel } from './panel.js';
import type { Parts } from './parts.js';
import { element, escaped, text } from './svg.js';
import { throughputPanel } from './throughput-panel.js';

const title = 'seatmapd beside Kafka Streams and the limit';
const panelsTop = 46;
const gap = 18;
const lineHeight = 16;

/** A card of its own colour, so that the page's does not matter; dark where the reader's system is. */
const style = `
svg { color: #1f2328 }
text { font: 13px -apple-system, "Segoe UI", Roboto, Helvetica, Arial, "DejaVu Sans", sans-serif; fill: #1f2328 }
.title { font-size: 18px; font-weight: 600 }
.heading { font-size: 15px; font-weight: 600 }
.value { font-weight: 600 }
.small { font-size: 11px; fill: #59636e }
.card { fill: #ffffff; stroke: #d1d9e0 }
.grid { stroke: #d8dee4 }
.mark { stroke: currentColor; stroke-width: 3 }
.reach { stroke: currentColor; stroke-width: 2; stroke-opacity: 0.5 }
.ring { stroke: currentColor; stroke-width: 2.5; fill: #ffffff }
.limit { color: #6e7781 }
.seatmapd { color: #0969da }
.kafka-streams { color: #bc4c00 }
@media (prefers-color-scheme: dark) {
  svg { color: #e6edf3 }
  text { fill: #e6edf3 }
  .small { fill: #9ea7b3 }
  .card { fill: #0d1117; stroke: #3d444d }
  .grid { stroke: #2a313a }
  .ring { fill: #0d1117 }
  .limit { color: #8b949e }
  .seatmapd { color: #4493f8 }
  .kafka-streams { color: #f0883e }
}
`;

/** The text of docs/benchmark.svg; undefined when there is nothing to draw, as in sweeps alone. */
export function chart(parts: Parts): string | undefined {
  const panels = [
    parts.throughput && throughputPanel(parts.throughput.cases),
    parts.latency && latencyPanel(parts.latency.cases),
  ].filter((panel) => panel !== undefined);
  if (panels.length === 0) return undefined;
  const footer = footerLines(parts);
  const footerTop = panelsTop + panels.reduce((sum, { height }) => sum + height + gap, 0);
  const height = footerTop + footer.length * lineHeight + 8;
  return element(
    'svg',
    {
      ...{ xmlns: 'http://www.w3.org/2000/svg', viewBox: `0 0 ${layout.width} ${height}` },
      ...{ width: layout.width, height, role: 'img', 'aria-labelledby': 'title' },
    },
    element('title', { id: 'title' }, escaped(title)),
    element('style', {}, escaped(style)),
    element('rect', { class: 'card', x: 0.5, y: 0.5, width: layout.width - 1, height: height - 1, rx: 8 }),
    text(layout.left, 32, title, { class: 'title' }),
    ...legend(),
    ...placed(panels),
    ...footer.map((words, index) => text(layout.left, footerTop + index * lineHeight, words, { class: 'small' })),
  );
}

/** Which colour is whose, at the right of the title. */
const legend = (): string[] =>
  [
    { side: 'limit', name: 'the limit', x: 570 },
    { side: 'kafka-streams', name: 'Kafka Streams', x: 662 },
    { side: 'seatmapd', name: 'seatmapd', x: 792 },
  ].map(({ side, name, x }) =>
    element(
      'g',
      { class: side },
      element('rect', { x, y: 22, width: 12, height: 12, fill: 'currentColor' }),
      text(x + 18, 32, name),
    ),
  );

/** One below the other. */
function placed(panels: readonly Panel[]): string[] {
  let top = panelsTop;
  return panels.map(({ body, height }) => {
    const group = element('g', { transform: `translate(0 ${top})` }, body);
    top += height + gap;
    return group;
  });
}

/** Where what is drawn was measured, for each results file; a place that all share is said once. */
function footerLines({ throughput, latency }: Parts): string[] {
  const origins = originsOf({ throughput, latency, sweeps: new Map(), failures: [] });
  const shared = onlyPlace(origins);
  const lines = origins.flatMap(({ from: { results }, what, runs }) => {
    const named = origins.length === 1 ? '' : `${what}: `;
    return [
      ...(shared === undefined ? [`${named}${placeText(results)}`] : []),
      `${named}${commitText(results)}, ${dateText(results)}, ${runsText(runs)}`,
    ];
  });
  return [...(shared === undefined ? [] : [shared]), ...lines];
}
