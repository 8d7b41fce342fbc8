/** Runs Prism, the mock for frontend developers, on the contract. */
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { startProcess, toolNode, type StartedProcess } from '../shared/processes.ts';

const PRISM = createRequire(import.meta.url).resolve('@stoplight/prism-cli/dist/index.js');
const SPEC = fileURLToPath(new URL('../../spec/openapi.yaml', import.meta.url));

const LISTENING = /Prism is listening on (http:\S+:\d+)\s/;

/** Where the mock listens, and who gets its log. */
export interface PrismOptions {
  /** Default: a free port. */
  port?: number;
  /** Default 127.0.0.1. */
  host?: string;
  onOutput?: (text: string) => void;
}

/** A running mock. `url` has no slash at its end. */
export interface Mock extends StartedProcess {
  url: string;
}

/** Starts the mock and resolves when it listens. Rejects with Prism's log if it does not. CORS stays on. */
export async function startMock({
  port = 0,
  host = '127.0.0.1',
  onOutput,
}: PrismOptions = {}): Promise<Mock> {
  const started = await startProcess({
    command: toolNode(),
    // With NODE_ENV=production Prism would fork and lose its first errors.
    args: [PRISM, 'mock', '--multiprocess=false', '--host', host, '--port', String(port), SPEC],
    env: { FORCE_COLOR: undefined },
    readyPattern: LISTENING,
    onOutput,
  });
  // The system chose the port: one looked up before may be taken by the time that Prism is there.
  return { ...started, url: LISTENING.exec(started.output())![1]! };
}
