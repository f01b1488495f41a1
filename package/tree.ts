import {
  chmodSync,
  copyFileSync,
  lstatSync,
  lutimesSync,
  mkdirSync,
  readdirSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';

/** A folder that becomes the contents of a package: what is put there has the modes that Debian policy asks for. */
export class Tree {
  constructor(readonly folder: string) {}

  write(path: string, content: string | Buffer, mode = 0o644): void {
    writeFileSync(this.made(path), content);
    chmodSync(this.at(path), mode);
  }

  copy(from: string, path: string, mode = 0o644): void {
    copyFileSync(from, this.made(path));
    chmodSync(this.at(path), mode);
  }

  link(target: string, path: string): void {
    symlinkSync(target, this.made(path));
  }

  /** The paths of all files and links, sorted. */
  files(): string[] {
    return readdirSync(this.folder, { recursive: true, encoding: 'utf8' })
      .filter((path) => !lstatSync(this.at(path)).isDirectory())
      .sort();
  }

  /** Gives everything one time, so that the same contents make the same package. */
  date(epochSeconds: number): void {
    const paths = readdirSync(this.folder, { recursive: true, encoding: 'utf8' });
    for (const path of ['', ...paths]) {
      const file = this.at(path);
      if (lstatSync(file).isDirectory()) chmodSync(file, 0o755);
      lutimesSync(file, epochSeconds, epochSeconds);
    }
  }

  at(path: string): string {
    return join(this.folder, path);
  }

  private made(path: string): string {
    const file = this.at(path);
    mkdirSync(dirname(file), { recursive: true });
    return file;
  }
}
