import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

/** Most schemas that are kept; the latest. */
const MOST_SCHEMAS = 1_000;

const content = z.strictObject({
  version: z.literal(1),
  /** Of the registry that gave the ids; another one gives others. */
  url: z.string(),
  own: z.array(z.strictObject({ subject: z.string(), text: z.string(), id: z.int() })),
  learnt: z.array(z.strictObject({ id: z.int(), text: z.string() })),
});
type Content = z.output<typeof content>;

/**
 * What the registry said, kept beside the state, so that a restart can do without a registry that is away. It is believed
 * then only: whenever the registry answers, it is asked.
 */
export class SchemaFile {
  private kept: Content;
  private readonly path: string;

  constructor(directory: string, url: string) {
    this.path = join(directory, 'schemas.json');
    this.kept = { version: 1, url, own: [], learnt: [] };
  }

  /** What an earlier process kept of this registry; nothing when the file is missing, damaged or of another registry. */
  read(): Pick<Content, 'own' | 'learnt'> {
    try {
      const found = content.parse(JSON.parse(readFileSync(this.path, 'utf8')));
      if (found.url === this.kept.url) this.kept = found;
    } catch {
      // As good as none.
    }
    return this.kept;
  }

  /** @throws Error when it can't be written */
  writeOwn(own: Content['own']): void {
    this.write({ ...this.kept, own, learnt: [] });
  }

  /** @throws Error when it can't be written */
  addLearnt(learnt: Content['learnt']): void {
    const newer = new Set(learnt.map(({ id }) => id));
    const all = [...this.kept.learnt.filter(({ id }) => !newer.has(id)), ...learnt];
    this.write({ ...this.kept, learnt: all.slice(-MOST_SCHEMAS) });
  }

  private write(next: Content): void {
    const partial = `${this.path}.new`;
    const file = openSync(partial, 'w', 0o600);
    try {
      writeSync(file, JSON.stringify(next));
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(partial, this.path);
    this.kept = next;
  }
}
