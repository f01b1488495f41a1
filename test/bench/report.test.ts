import assert from 'node:assert/strict';
import { benchmarkDocument } from '../../bench/report/document.js';
import { verdict } from '../../bench/report/goal.js';
import { goalsOf } from '../../bench/report/goals.js';
import { growthText } from '../../bench/report/growth.js';
import { commandText, originsText } from '../../bench/report/origin.js';
import { partsOf } from '../../bench/report/parts.js';
import { beginMarker, endMarker, readmeSection, withSection } from '../../bench/report/readme-section.js';
import { significant, table, wrapped } from '../../bench/report/text.js';
import { throughputTable } from '../../bench/report/throughput-tables.js';
import { type Results, sweepNames } from '../../bench/results.js';
import { examplePoints, exampleResults, partialResults } from './report-example.js';

const oneFile = (results: Results, file = 'bench/results/example.json') => partsOf([{ file, results }]);
const example = exampleResults();

/** The example with one case's medians changed. */
const withMedian = (name: string, change: object): Results => ({
  ...example,
  throughput: example.throughput.map((one) =>
    one.name === name ? { ...one, median: { ...one.median, ...change } } : one,
  ),
  latency: example.latency.map((one) => (one.name === name ? { ...one, median: { ...one.median, ...change } } : one)),
});

const goal = (results: Results, words: string) => {
  const found = goalsOf(oneFile(results)).filter(({ aim }) => aim.includes(words));
  assert.equal(found.length, 1, `one goal with ${words}`);
  return found[0] as (typeof found)[number];
};

describe('bench report: text', () => {
  it('writes as many digits as say something', () => {
    const texts = [0.000612345, 0.59949, 6.7, 45.678, 312_345.6].map(significant);
    assert.deepEqual(texts, ['0.000612', '0.599', '6.7', '45.7', '312,346']);
  });

  it('makes tables whose cells cannot break them', () => {
    const text = table(
      [{ a: 'x|y\nz', b: 1 }],
      [
        ['name', ({ a }) => a],
        ['b', ({ b }) => String(b)],
      ],
    );
    assert.equal(text, '| name | b |\n|---|--:|\n| x\\|y z | 1 |\n');
  });

  it('wraps paragraphs without losing a word', () => {
    const paragraph = 'word '.repeat(100).trim();
    const lines = wrapped(paragraph).split('\n');
    assert.ok(lines.length > 1 && lines.every((line) => line.length <= 125));
    assert.equal(lines.join(' '), paragraph);
  });
});

describe('bench report: parts', () => {
  const older = exampleResults({ startedAt: '2026-01-01T00:00:00.000Z', commit: { hash: 'older', dirty: true } });
  const newer = partialResults({ startedAt: '2026-01-03T00:00:00.000Z', latency: example.latency });
  const sweep = partialResults({ startedAt: '2026-01-04T00:00:00.000Z', sweeps: examplePoints('seats') });

  it('come from the newest file that has them, in whatever order the files are given', () => {
    const files = [
      { file: 'newer', results: newer },
      { file: 'sweep', results: sweep },
      { file: 'older', results: older },
    ];
    for (const given of [files, [...files].reverse()]) {
      const parts = partsOf(given);
      assert.equal(parts.throughput?.from.file, 'older');
      assert.equal(parts.latency?.from.file, 'newer');
      assert.deepEqual(
        [...parts.sweeps].map(([name, { from }]) => [name, from.file]),
        sweepNames.map((name) => [name, name === 'seats' ? 'sweep' : 'older']),
      );
    }
  });

  it('are named with their file, commit and machine', () => {
    const parts = partsOf([
      { file: 'bench/results/newer.json', results: newer },
      { file: 'bench/results/older.json', results: older },
    ]);
    const text = originsText(parts);
    assert.match(text, /- throughput and sweeps of .*commit older with uncommitted changes.*older\.json/);
    assert.match(text, /- latency: .*commit 0123456789.*newer\.json/);
    assert.equal(text.split('Example CPU, 2 cores, 24 GiB').length, 2);
    const document = benchmarkDocument(parts, true);
    assert.match(document, /\| latency \| \[bench\/results\/newer\.json\]\(\.\.\/bench\/results\/newer\.json\)/);
  });

  it('are refused when there are none', () => {
    assert.throws(() => oneFile(partialResults({})), /hold no figures/);
  });
});

describe('bench report: command', () => {
  it('is told as it is typed in a checkout, without the file of the results', () => {
    const typed = (command: string) => commandText(partialResults({ command }));
    assert.equal(typed('bench'), 'npm run bench');
    assert.equal(typed('bench --rounds 3 --out /somewhere/x.json latency'), 'npm run bench -- --rounds 3 latency');
  });
});

describe('bench report: goals', () => {
  it('are met by figures that reach them', () => {
    const goals = goalsOf(oneFile(example));
    assert.deepEqual(
      goals.filter((one) => verdict(one) !== 'met').map(({ aim }) => aim),
      [],
    );
    assert.match(goal(example, '0.6 × the limit').reached, /^0\.64 ×: 320,000\/s against 500,000\/s$/);
  });

  it('are not met by figures just below, and the report says so', () => {
    const misses: readonly (readonly [string, object, string])[] = [
      ['seatmapd-exactly-once-every-packed', { requestsPerSecond: 299_999 }, '0.6 × the limit'],
      ['seatmapd-exactly-once-latest-packed', { requestsPerSecond: 374_999 }, '0.75 × the limit'],
      ['kafka-streams-bitmap-slim', { requestsPerSecond: 53_334 }, '6 × the strongest Kafka Streams'],
      ['kafka-streams-bitmap-slim', { warmRequestsPerSecond: 80_001 }, 'warm half'],
      ['kafka-streams-map-full', { requestsPerSecond: 641 }, '500 ×'],
      ['kafka-streams-bitmap-slim', { requestsPerSecond: 39_999 }, 'the comparison itself'],
      ['seatmapd-hot-section', { requestsPerSecond: 319_999 }, 'hot section'],
      ['seatmapd-exactly-once-every-packed', { peakRssBytes: 500e6 }, 'peak RSS'],
    ];
    for (const [name, change, words] of misses) {
      const results = withMedian(name, change);
      assert.equal(verdict(goal(results, words)), '**not met**', words);
      assert.match(readmeSection(oneFile(results), true), /\*\*not met\*\*/);
    }
  });

  it('tell which half of a goal is missed', () => {
    const results = withMedian('kafka-streams-bitmap-slim', { p50Ms: 10.1, p99Ms: 39.9 });
    assert.equal(verdict(goal(results, 'at 5,000/s, `exactly_once`')), '**not met**: p99');
    assert.equal(verdict(goal(results, 'at 20,000/s, `at_least_once`')), '**not met**: p99');
  });

  it('are not measured where a case is missing', () => {
    const results = { ...example, throughput: example.throughput.filter(({ name }) => name !== 'limit') };
    assert.equal(verdict(goal(results, '0.6 × the limit')), 'not measured');
    assert.equal(verdict(goal(results, '500 ×')), 'met');
  });

  it('name a backlog that is not the one they were set for', () => {
    const shorter = {
      ...example,
      throughput: example.throughput.map((one) => ({ ...one, input: { ...one.input, requests: 100_000 } })),
    };
    assert.match(goal(shorter, '0.6 × the limit').reached, /\(over 100,000 requests, not 1,000,000\)$/);
    assert.doesNotMatch(goal(example, '0.6 × the limit').reached, /over/);
  });

  it('count failed runs', () => {
    const results = {
      ...example,
      failures: [{ name: 'limit', round: 2, message: 'lost /a/folder/limit.log\nand more' }],
    };
    assert.equal(verdict(goal(results, 'verified')), '**not met**');
    const document = benchmarkDocument(oneFile(results), true);
    assert.match(document, /\| limit \| 2 \| bench\/results\/example\.json \| lost …\/limit\.log \|/);
  });
});

describe('bench report: tables', () => {
  it('put the limit first, then Kafka Streams from the strongest on', () => {
    const names = throughputTable([...example.throughput].reverse())
      .split('\n')
      .slice(2, 6)
      .map((row) => row.split(' | ')[0]?.replace('| ', ''));
    assert.deepEqual(
      names.map((name) => name?.slice(0, 17)),
      ['the limit: consum', 'Kafka Streams (c)', 'Kafka Streams (b)', 'Kafka Streams (a)'],
    );
  });

  it('give multiples of the limit and of Kafka Streams, and bytes of a request', () => {
    const row = throughputTable(example.throughput)
      .split('\n')
      .find((line) => line.includes('`exactly_once`, `every`, packed I/O |'));
    assert.equal(
      row,
      '| seatmapd `exactly_once`, `every`, packed I/O | 320,000 | 400,000 | 0.64 | 6.4 | 3.13 | 2.25 | 300 | 14 | 0.03 |',
    );
  });

  it('say how a cost grows', () => {
    const points = examplePoints('sections');
    assert.match(growthText(points, example.machine), /Flat: no point takes more than 1 times/);
    const growing = points.map((point, index) => ({
      ...point,
      median: { ...point.median, cpuMicrosPerRequest: 2 * 2 ** index },
    }));
    const text = growthText(growing, example.machine);
    assert.match(text, /Not flat: .* 8 times as much CPU with 100,000 sections as with 1 section \(2, 4, 8, 16 µs\)/);
    assert.match(text, /× 100,000, it is × 8: × 1\.52 for each tenfold/);
    assert.match(growthText(points.slice(0, 1), example.machine), /does not say/);
  });
});

describe('bench report: README', () => {
  const readme = `before\n${beginMarker}\nold\n${endMarker}\nafter\n`;

  it('gets its section anew, and the same again from the same results', () => {
    const once = withSection(readme, oneFile(example), true);
    assert.ok(once.startsWith(`before\n${beginMarker}\n`) && once.endsWith(`${endMarker}\nafter\n`));
    assert.doesNotMatch(once, /\nold\n/);
    assert.equal(withSection(once, oneFile(example), true), once);
  });

  it('is refused without its markers', () => {
    const reversed = `${endMarker}\n${beginMarker}\n`;
    for (const text of ['', beginMarker, endMarker, reversed, `${readme}${readme}`]) {
      assert.throws(() => withSection(text, oneFile(example), true), /README\.md must hold/);
    }
  });

  it('and the document are partial from partial results', () => {
    const parts = [
      partialResults({ throughput: example.throughput.slice(0, 1) }),
      partialResults({ latency: example.latency.slice(0, 1) }),
      partialResults({ sweeps: examplePoints('workers').slice(0, 1) }),
    ].map((results) => oneFile(results));
    for (const part of parts) {
      const text = `${readmeSection(part, false)}${benchmarkDocument(part, false)}`;
      assert.match(text, /not measured/);
      assert.doesNotMatch(text, /NaN|Infinity|undefined|benchmark\.svg/);
    }
  });
});
