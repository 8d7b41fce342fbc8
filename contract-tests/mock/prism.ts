/** Runs Prism, the mock for frontend developers, on the contract. */
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { freePort, startProcess, toolNode, type StartedProcess } from '../shared/processes.ts';

const PRISM = createRequire(import.meta.url).resolve('@stoplight/prism-cli/dist/index.js');
const SPEC = fileURLToPath(new URL('../../spec/openapi.yaml', import.meta.url));

/** Where the mock listens, and who gets its log. */
export interface MockOptions {
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
export async function startMock({ port, host = '127.0.0.1', onOutput }: MockOptions = {}): Promise<Mock> {
  const chosen = port ?? (await freePort());
  const started = await startProcess({
    command: toolNode(),
    // With NODE_ENV=production Prism would fork and lose its first errors.
    args: [PRISM, 'mock', '--multiprocess=false', '--host', host, '--port', String(chosen), SPEC],
    env: { FORCE_COLOR: undefined },
    readyPattern: /Prism is listening on/,
    onOutput,
  });
  return { ...started, url: `http://${host}:${chosen}` };
}
