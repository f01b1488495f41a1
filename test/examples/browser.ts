import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

/** Where Debian, and others, put Chromium. */
const places = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** A browser without a window; undefined, said plainly on stdout, where there is no Chromium. */
export async function startBrowser(): Promise<Browser | undefined> {
  const executablePath = [process.env.CHROMIUM ?? '', ...places].find((place) => existsSync(place));
  if (executablePath === undefined) {
    process.stdout.write('Skipped: the live page in a browser, for want of Chromium (Debian: chromium).\n');
    return undefined;
  }
  // Chromium's sandbox takes rights that a container, or root, does not have; it opens nothing but our own page.
  return chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-dev-shm-usage'] });
}
