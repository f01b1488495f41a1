import { z } from 'zod';
import { configSchema } from './schema.js';

/** A key of the configuration as JSON Schema describes it; `defaultText` words a default that is not the same everywhere. */
export type Shape = z.core.JSONSchema.JSONSchema;

/** From the root to a key; one element a level. A librdkafka property is one element, dots and all. */
export type Path = readonly string[];

/** The whole configuration: what documentation, environment and flags are read against. */
export const shape: Shape = z.toJSONSchema(configSchema, { io: 'input' });

/** Whether keys beyond the listed ones are allowed: librdkafka properties and topic configurations. */
export const isOpen = (node: Shape): boolean => typeof node.additionalProperties === 'object';

export const isSection = (node: Shape | undefined): node is Shape => node?.type === 'object';

/** The key `key` of a section, or undefined when it has none. */
export function child(node: Shape, key: string): Shape | undefined {
  const { properties, additionalProperties } = node;
  const listed = properties && Object.hasOwn(properties, key) ? properties[key] : undefined;
  const found = listed ?? additionalProperties;
  return typeof found === 'object' ? found : undefined;
}

/** The key at `path`, or undefined when there is none. */
export function at(path: Path): Shape | undefined {
  let node: Shape | undefined = shape;
  for (const key of path) node = node && child(node, key);
  return node;
}

export const dotted = (path: Path): string => path.join('.');

/** A configuration with every section that was left empty (`workers:`) as an empty map: all its keys have their defaults. */
export const withSections = (configuration: unknown): unknown => filled(configuration, shape);

/** Ends where the schema does: what lies beyond it is reported, and may contain itself. */
function filled(value: unknown, node: Shape | undefined): unknown {
  if (value === null && isSection(node)) return {};
  if (typeof value !== 'object' || value === null || Array.isArray(value) || !isSection(node)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, filled(inner, child(node, key))]));
}
