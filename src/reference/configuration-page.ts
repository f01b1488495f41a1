import { isOpen, isSection, type Path, type Shape, shape } from '../config/shape.js';
import { fallbackOf, typeOf } from '../config/wording.js';
import { heading, item, type PageOptions, roff, section } from './man.js';

/** seatmapd.yaml(5) in roff: every key with its type, its default and its meaning. */
export function configurationPage(options: PageOptions): string {
  return [
    heading('seatmapd.yaml', 5, 'File Formats', options),
    ...section('NAME', 'seatmapd.yaml \\- configuration of seatmapd'),
    ...section(
      'DESCRIPTION',
      roff(
        'One YAML file holds everything. Only kafka.client.bootstrap.servers has no default; a key can be left out when its default is right, and unknown keys are mistakes. Later ones win: the defaults, the file, variables (SEATMAPD_WORKERS__THREADS is workers.threads), flags (--set workers.threads=4).',
      ),
    ),
    '.PP',
    roff('seatmapd check-config checks it offline, with --print it tells what is in force and where that was given.'),
    '.SH KEYS',
    ...keys(shape, []),
    '.SH SECRETS',
    roff(
      'Any librdkafka property can be given as { file: /path }, or as { credential: name } of systemd. The file of a secret must not be open to every user of the machine.',
    ),
    '.SH SEE ALSO',
    '.BR seatmapd (1)',
    '',
  ].join('\n');
}

function keys(node: Shape, path: Path): string[] {
  return Object.entries(node.properties ?? {}).flatMap(([key, inner]) => {
    if (typeof inner !== 'object') return [];
    const here = [...path, key];
    const below = keys(inner, here);
    if (isSection(inner) && !isOpen(inner)) return below;
    const facts = `${typeOf(inner)}; default: ${fallbackOf(here, inner)}. ${inner.description ?? ''}`;
    return [...item(here.join('.'), facts), ...below];
  });
}
