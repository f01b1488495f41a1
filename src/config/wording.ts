import { isOpen, type Path, type Shape } from './shape.js';

/** What a key takes, in words; names stand between backquotes. */
export function typeOf(node: Shape): string {
  if (node.enum) return node.enum.map((value) => `\`${String(value)}\``).join(' or ');
  if (node.type === 'integer') {
    const multiple = node.multipleOf === undefined ? '' : `, a multiple of ${node.multipleOf}`;
    return `whole number, ${node.minimum} to ${node.maximum}${multiple}`;
  }
  return isOpen(node) ? 'names with values' : String(node.type);
}

/** A key's default in words. */
export function fallbackOf(path: Path, node: Shape): string {
  if (typeof node.defaultText === 'string') return node.defaultText;
  if (path.at(-1) === 'bootstrap.servers') return 'none: it must be given';
  return isOpen(node) || node.default === '' ? 'none' : `\`${String(node.default)}\``;
}
