import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from './kafka-jars.js';

/** The blocks of JavaScript in a document, `docs/CLIENT.md`. */
export const examplesOf = (document: string): string[] =>
  [...readFileSync(join(projectRoot, document), 'utf8').matchAll(/```js\n(.*?)```/gs)].map(([, code = '']) => code);
