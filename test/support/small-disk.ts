import { execFileSync } from 'node:child_process';
import { rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { atExit, temporaryFolder } from './temporary.js';

/** A file system of its own, in memory. */
export class SmallDisk {
  private readonly ballast: string;

  private constructor(readonly directory: string) {
    this.ballast = join(directory, 'ballast');
  }

  /** Mounts one of this size until the process exits. Where that takes rights that are missing, the test is skipped, which a line says. */
  static mountOrSkip(context: Mocha.Context, sizeBytes: number): SmallDisk {
    const directory = temporaryFolder('disk');
    const options = ['-t', 'tmpfs', '-o', `size=${sizeBytes},mode=0700`, 'tmpfs', directory];
    try {
      execFileSync('mount', options, { stdio: 'pipe' });
    } catch (error) {
      process.stdout.write(`      skipped, for a tmpfs can't be mounted here: ${(error as Error).message}\n`);
      context.skip();
    }
    atExit(() => execFileSync('umount', ['--lazy', directory]));
    return new SmallDisk(directory);
  }

  /** Takes all room but this much. */
  fill(leftBytes: number): void {
    const { bavail, bsize } = statfsSync(this.directory);
    try {
      writeFileSync(this.ballast, Buffer.alloc(Math.max(0, bavail * bsize - leftBytes)));
    } catch (error) {
      // Who uses the disk has taken some of it meanwhile. It is full then, too.
      if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
    }
  }

  /** Gives the room back. */
  clear(): void {
    rmSync(this.ballast);
  }
}
