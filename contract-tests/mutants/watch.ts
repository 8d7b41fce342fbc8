import { Worker } from 'node:worker_threads';
import type { FalseAlarms } from './false-alarms.ts';

interface Message {
  done?: number;
  total?: number;
  found?: FalseAlarms;
}

/** What is looked at. */
export interface Watched {
  operations: string[];
  withVariants: boolean;
}

/** Looks for false alarms in a thread. Rejects if the thread fails or ends without a result. */
export function watchForAlarms(
  watched: Watched,
  onProgress: (done: number, total: number) => void,
): Promise<FalseAlarms> {
  const worker = new Worker(new URL('./alarms-worker.ts', import.meta.url), { workerData: watched });
  return new Promise((resolve, reject) => {
    worker.on('message', ({ done = 0, total = 0, found }: Message) =>
      found ? resolve(found) : onProgress(done, total),
    );
    worker.on('error', reject);
    worker.on('exit', (code) =>
      reject(new Error(`The search for false alarms ended with ${code}, no result`)),
    );
  });
}
