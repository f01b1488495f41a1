import assert from 'node:assert/strict';
import { linearAxis, logarithmicAxis } from '../../bench/report/axis.js';
import { chart } from '../../bench/report/chart.js';
import { partsOf } from '../../bench/report/parts.js';
import { element, text } from '../../bench/report/svg.js';
import type { Results } from '../../bench/results.js';
import { examplePoints, exampleResults, partialResults } from './report-example.js';

const example = exampleResults();
const drawn = (results: Results): string | undefined => chart(partsOf([{ file: 'example.json', results }]));

/** Reads XML as the charts have it: elements, attributes and text. @throws when it is not well-formed */
function elementsOf(xml: string): string[] {
  const open: string[] = [];
  const names: string[] = [];
  let at = 0;
  const token = /<(\/?)([a-z]+)((?: [a-zA-Z][\w-]*="[^"<]*")*)(\/?)>|((?:[^<>&]|&(?:amp|lt|gt|quot);)+)/y;
  while (at < xml.length) {
    token.lastIndex = at;
    const match = token.exec(xml);
    if (!match) throw new Error(`not XML from: ${xml.slice(at, at + 40)}`);
    at = token.lastIndex;
    const [, closing, name, attributes = '', empty, words] = match;
    if (words !== undefined) continue;
    const keys = [...attributes.matchAll(/ ([a-zA-Z][\w-]*)="/g)].map(([, key]) => key);
    assert.equal(new Set(keys).size, keys.length, `attributes of ${name} are there once`);
    if (closing) assert.equal(open.pop(), name);
    else {
      names.push(name as string);
      if (!empty) open.push(name as string);
    }
  }
  assert.deepEqual(open, []);
  return names;
}

describe('bench report: chart', () => {
  it('is well-formed XML with a bar for each main case and three marks for each latency', () => {
    const svg = drawn(example) ?? '';
    const names = elementsOf(svg);
    const count = (name: string): number => names.filter((one) => one === name).length;
    // The card, three of the legend, and the limit, three Kafka Streams and six seatmapds.
    assert.equal(count('rect'), 1 + 3 + 10);
    // p50 and p99 of the legend, and of five programs at two rates.
    assert.equal(count('circle'), 2 + 2 * 5 * 2);
    assert.doesNotMatch(svg, /NaN|Infinity|undefined/);
    assert.match(svg, /Linear axis/);
    assert.match(svg, /logarithmic axis/);
    assert.match(svg, /Example CPU, 2 cores, 24 GiB/);
    assert.equal(svg.split('too little to be seen').length, 3, 'of Kafka Streams (a) and (b)');
  });

  it('has the bars in proportion', () => {
    const svg = drawn(example) ?? '';
    const widths = [...svg.matchAll(/<rect x="264" [^>]*width="([\d.]+)"/g)].map(([, width]) => Number(width));
    const [limit, strongest, , , every] = widths as [number, number, number, number, number];
    assert.equal((every / limit).toFixed(2), '0.64');
    assert.equal((strongest / limit).toFixed(2), '0.10');
  });

  it('has its parts alone when the others are missing', () => {
    const throughput = drawn(partialResults({ throughput: example.throughput.slice(0, 1) })) ?? '';
    elementsOf(throughput);
    assert.match(throughput, /Requests per second/);
    assert.doesNotMatch(throughput, /Latency|NaN|undefined/);
    const latency = drawn(partialResults({ latency: example.latency.slice(0, 1) })) ?? '';
    elementsOf(latency);
    assert.match(latency, /Latency/);
    assert.doesNotMatch(latency, /Requests per second|NaN|undefined/);
    assert.equal(drawn(partialResults({ sweeps: examplePoints('seats') })), undefined);
  });

  it('escapes what would not be XML', () => {
    const written = element('g', { class: 'a"b<c' }, text(1, 2, 'a < b & c'));
    elementsOf(written);
    assert.match(written, /a &lt; b &amp; c/);
    assert.throws(() => elementsOf('<g><text>x</g></text>'));
    assert.throws(() => elementsOf('<g>a & b</g>'), /not XML/);
  });
});

describe('bench report: axes', () => {
  const place = { from: 100, to: 200 };

  it('are linear from nothing, with all values on them', () => {
    const { at, ticks } = linearAxis(474_452, place);
    assert.deepEqual(ticks, [0, 100_000, 200_000, 300_000, 400_000, 500_000]);
    assert.equal(at(0), 100);
    assert.equal(at(250_000), 150);
    assert.equal(at(500_000), 200);
  });

  it('are logarithmic between round values, with all values on them', () => {
    const { at, ticks } = logarithmicAxis([12, 480], place);
    assert.deepEqual(ticks, [10, 20, 50, 100, 200, 500]);
    assert.equal(at(10), 100);
    assert.equal(Math.round(at(500)), 200);
    assert.ok(Math.abs(at(100) - at(10) - (at(200) - at(20))) < 1e-9, 'a tenfold is as wide everywhere');
    assert.deepEqual(logarithmicAxis([0.3, 9_000], place).ticks, [1, 10, 100, 1_000, 10_000]);
    assert.deepEqual(logarithmicAxis([10], place).ticks, [10, 20]);
  });
});
