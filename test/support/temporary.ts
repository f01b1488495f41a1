import { mkdtempSync, rmSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';

const cleanups = new Set<() => void>();

// The exit handler is the one place that every way out of mocha passes: its end, --exit, and these signals.
process.on('exit', () => {
  for (const cleanup of [...cleanups].reverse()) cleanup();
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(signal, () => process.exit(128 + constants.signals[signal]));
}

/**
 * Runs `cleanup` (synchronous, must not throw) when the process exits, the latest registered first.
 * The returned function withdraws it.
 */
export function atExit(cleanup: () => void): () => void {
  cleanups.add(cleanup);
  return () => cleanups.delete(cleanup);
}

export const removeFolder = (folder: string): void =>
  rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });

/** A fresh folder below the system's temporary one, removed when the process exits. */
export function temporaryFolder(purpose: string): string {
  const folder = mkdtempSync(join(tmpdir(), `seatmapd-${purpose}-`));
  atExit(() => removeFolder(folder));
  return folder;
}
