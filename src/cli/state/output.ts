import { once } from 'node:events';
import { ExitCode } from '../../errors.js';
import type { DamagedSection } from '../../state/sections.js';
import type { UnreadableStore } from '../../state/state-folder.js';

const pieceChars = 65_536;

/** Writes lines to stdout, as fast as it takes them. Who reads no further, as `head` does, ends the command in order. */
export async function printLines(lines: Iterable<string>): Promise<void> {
  endWithReader();
  let piece = '';
  for (const line of lines) {
    piece += `${line}\n`;
    if (piece.length < pieceChars) continue;
    await print(piece);
    piece = '';
  }
  await print(piece);
}

async function print(text: string): Promise<void> {
  if (!process.stdout.write(text)) await once(process.stdout, 'drain');
}

/** A reader of stdout that went away has seen what it wanted. */
export function endWithReader(): void {
  process.stdout.removeAllListeners('error');
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(ExitCode.drained);
    throw error;
  });
}

/** Tells of what could not be read; the exit code says so too. */
export function warnOf({ unreadable }: { readonly unreadable: readonly UnreadableStore[] }): void {
  for (const { partition, reason } of unreadable) warn(`partition ${partition} can't be read: ${reason}`);
}

export const warnOfDamage = ({ partition, key, problem }: DamagedSection): void =>
  warn(`partition ${partition}, ${JSON.stringify(key.toString())}: ${problem}`);

function warn(sentence: string): void {
  process.stderr.write(`warning: ${sentence}\n`);
  process.exitCode = ExitCode.checkFailed;
}
