import { dotted, isOpen, isSection, type Path, type Shape, shape } from '../config/shape.js';

/** The dotted paths of the configuration's keys that `--set` takes, as far as the schema names them. */
export const configurationKeys = (node: Shape = shape, path: Path = []): string[] =>
  Object.entries(node.properties ?? {}).flatMap(([key, inner]) => {
    if (typeof inner !== 'object') return [];
    const below = configurationKeys(inner, [...path, key]);
    return isSection(inner) && (below.length > 0 || isOpen(inner)) ? below : [dotted([...path, key])];
  });
