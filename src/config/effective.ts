import { Document, isMap, isScalar } from 'yaml';
import type { LoadedConfiguration } from './load.js';
import { printable } from './places.js';
import { isSecret, shownKey } from './secrets.js';
import { at, dotted, isOpen, type Path } from './shape.js';

/** What stands in place of a value that is never shown. */
const HIDDEN = '(hidden)';

/**
 * The configuration in force as YAML, every key of it, each with a comment that says where its value was given: the file's
 * line, a variable, a flag, or `default`. The value of a secret property, and any that was read from a file of its own, is hidden.
 */
export function effectiveYaml({ config, origins, references }: LoadedConfiguration): string {
  const document = new Document(config);
  annotate(document.contents, []);
  return document.toString({ lineWidth: 0 });

  function annotate(node: unknown, path: Path): void {
    if (isMap(node)) {
      for (const { key, value } of node.items) {
        const name = String(isScalar(key) ? key.value : key);
        if (isScalar(key) && isProperty(path)) key.value = shownKey(name);
        annotate(value, [...path, name]);
      }
    } else if (isScalar(node)) {
      // An empty value hides nothing.
      if (node.value !== '' && isHidden(path)) node.value = HIDDEN;
      node.comment = ` ${printable(origins.get(dotted(path)) ?? 'default')}`;
    }
  }

  function isHidden(path: Path): boolean {
    const key = path.at(-1) ?? '';
    return isSecret(path) || shownKey(key) !== key || references.has(dotted(path));
  }
}

/** Whether the keys of the section at `path` are an operator's own words. */
const isProperty = (path: Path): boolean => {
  const node = at(path);
  return node !== undefined && isOpen(node);
};
