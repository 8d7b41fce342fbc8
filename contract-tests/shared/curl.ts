/** Whether the curl lines that we print can be run on this machine; without curl they are skipped, saying so. */
import { spawnSync } from 'node:child_process';

/** Set if curl is missing: the reason to give when skipping. */
export const noCurl =
  spawnSync('curl', ['--version']).error === undefined
    ? undefined
    : 'SKIPPED: curl is not on this machine, so the printed curl lines were not run';
