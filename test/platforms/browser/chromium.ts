/** The Chromium of this machine, without a window. */
import { existsSync } from 'node:fs';
import { chromium, type Browser } from 'playwright-core';

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/**
 * Starts it; the caller closes it.
 *
 * @throws Error that says how to get one, if there is none. `CHROMIUM` names one elsewhere.
 */
export async function startChromium(): Promise<Browser> {
  const executablePath = process.env.CHROMIUM ?? PLACES.find(existsSync);
  if (!executablePath)
    throw new Error('No Chromium here: apt-get install chromium, or set CHROMIUM to its path');
  // As root, in a container, Chromium's sandbox does not start; the pages are our own.
  return chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-dev-shm-usage'] });
}
