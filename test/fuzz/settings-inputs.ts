import { isOpen, type Path, type Shape, shape } from '../../src/config/shape.js';
import type { Random } from '../support/random.js';

type Section = { readonly path: Path; readonly node: Shape; readonly keys: readonly string[] };

/** All sections of the configuration, the root among them. */
const sections: readonly Section[] = sectionsOf(shape, []);

function sectionsOf(node: Shape, path: Path): Section[] {
  const inner = Object.entries(node.properties ?? {});
  if (node.type !== 'object') return [];
  const own = { path, node, keys: inner.map(([key]) => key) };
  return [own, ...inner.flatMap(([key, value]) => sectionsOf(value as Shape, [...path, key]))];
}

/** Keys that are none of the configuration, and some that objects have of themselves. */
const oddKeys = [
  ...[
    '__proto__',
    'constructor',
    'prototype',
    'toString',
    'hasOwnProperty',
    'valueOf',
    '',
    ' ',
    '.',
    '..',
    'a.b',
    'thread',
  ],
  ...[
    'Kafka',
    'k\nafka',
    '\u001b[31m',
    '\u0000',
    '\u2028',
    'é',
    '座席',
    '0',
    '-1',
    'null',
    'sasl.password',
    'group.id',
    'acks',
  ],
];

const texts = [
  ...[
    '',
    ' ',
    '0',
    '1',
    '2',
    '-1',
    '1.5',
    '1e3',
    ' 7 ',
    '0x10',
    'NaN',
    'Infinity',
    '9007199254740993',
    '1'.repeat(400),
  ],
  ...[
    'true',
    'null',
    'all',
    'packed',
    'standard',
    'exactly_once',
    'at_least_once',
    'row',
    'section',
    'full',
    'count',
    'every',
  ],
  ...[
    '/tmp/x',
    'relative',
    'a:1',
    'section-status',
    'seatmapd-changelog',
    'a\nb',
    '\u001b[2J',
    '\u0000',
    '{}',
    '[]',
    'é座席',
  ],
];

/** A value of the kind that JSON has: mostly one that a key could have. */
export function value(random: Random, depth = 0): unknown {
  const kind = random.next();
  if (kind < 0.5) return random.pick(texts);
  if (kind < 0.85) return random.pick([0, 1, 2, 3, 64, 65, 1_000, 20_000, 1_073_741_824, -1, 1.5, 2 ** 53, 1e300, -0]);
  if (kind < 0.95 || depth > 2) return random.pick([true, false, null]);
  if (kind < 0.97) return Array.from({ length: random.whole(0, 3) }, () => value(random, depth + 1));
  return Object.fromEntries(
    Array.from({ length: random.whole(0, 3) }, () => [random.pick(oddKeys), value(random, depth + 1)]),
  );
}

/** A value that the key may have, for most of the keys. */
function fitting(random: Random, node: Shape | undefined): unknown {
  if (node?.enum !== undefined) return random.pick(node.enum);
  if (node?.type === 'integer') return random.pick([node.minimum, node.default, node.maximum]) as unknown;
  return random.pick(['a', 'b-1', '/tmp/a', '5']);
}

const isSectionNode = (node: Shape | undefined): boolean => node?.type === 'object';

function members(random: Random, node: Shape, depth: number): [string, unknown][] {
  const keys = Object.keys(node.properties ?? {});
  return Array.from({ length: random.whole(0, 3) }, (): [string, unknown] => {
    if (keys.length === 0 || random.next() < 0.05) return [random.pick(oddKeys), value(random, depth)];
    const key = random.pick(keys);
    const inner = node.properties?.[key] as Shape;
    if (isSectionNode(inner) && random.next() < 0.95)
      return [key, Object.fromEntries(members(random, inner, depth + 1))];
    return [key, random.next() < 0.9 ? fitting(random, inner) : value(random, depth)];
  });
}

/** A configuration as a tree of objects: some of its keys, odd ones among them, the brokers mostly there. */
export function tree(random: Random): Record<string, unknown> {
  const made = Object.fromEntries(members(random, shape, 0));
  if (random.next() < 0.1) return made;
  return { ...made, kafka: { client: { 'bootstrap.servers': 'a:1' }, consumer: { 'fetch.wait.max.ms': 5 } } };
}

/** A key somewhere, known or not, and text for it. */
export type Setting = { readonly path: Path; readonly isFree: boolean; readonly text: string };

export function setting(random: Random): Setting {
  const { path, node, keys } = random.pick(sections);
  const isFree = isOpen(node) && random.next() < 0.6;
  const free = ['fetch.wait.max.ms', 'retention.ms', 'debug', 'client.id', 'acks', 'group.id', 'x_cb', '__proto__'];
  const isOdd = keys.length === 0 || random.next() < 0.1;
  const key = isFree ? random.pick(free) : random.pick(isOdd ? oddKeys : keys);
  const inner = node.properties && Object.hasOwn(node.properties, key) ? (node.properties[key] as Shape) : undefined;
  const text = random.next() < 0.7 ? String(fitting(random, inner)) : random.pick(texts);
  const deeper = random.next() < 0.05 ? [random.pick(oddKeys)] : [];
  return { path: [...path, key, ...deeper], isFree, text };
}
