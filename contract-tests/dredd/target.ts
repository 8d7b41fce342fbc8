import { randomUUID } from 'node:crypto';
import { channelOfItsOwn, openSandboxTarget, sandboxCredentials } from '../cases/sandbox-target.ts';
import { createSender } from '../cases/sender.ts';
import type { Target } from '../cases/types.ts';
import type { SandboxOptions } from '../sandbox/app.ts';
import { startSandbox } from '../sandbox/server.ts';

/** Where a run goes to. */
export interface OpenTarget {
  url: string;
  target: Target;
  close: () => Promise<void>;
}

/**
 * Starts a sandbox, or opens the one at `baseUrl`, of which no virtual account is known: cases that need one
 * are not applicable there. Throws an Error on a URL that is not loopback: the seeds are of no use elsewhere,
 * and nothing here may ever touch the real gateway.
 */
export async function openTarget(baseUrl?: string, sandbox: SandboxOptions = {}): Promise<OpenTarget> {
  if (baseUrl !== undefined) return openForeign(baseUrl);
  const server = await startSandbox(sandbox);
  const { target, close } = openSandboxTarget(server);
  return {
    ...{ url: server.url, target },
    close: async () => {
      close();
      await server.close();
    },
  };
}

function openForeign(baseUrl: string): OpenTarget {
  if (!['127.0.0.1', 'localhost', '[::1]'].includes(new URL(baseUrl).hostname)) {
    throw new Error(`${baseUrl} is not a sandbox on this machine`);
  }
  const sender = createSender({ baseUrl });
  const target = { credentials: sandboxCredentials, alternates: {}, supply: inventOnly, send: sender.send };
  return { url: baseUrl, target, close: async () => sender.close() };
}

const inventOnly: Target['supply'] = async (need) => {
  const { state, owner, with: given } = need;
  if (!['any', 'unknown', 'fresh'].includes(state) || owner !== 'self') return undefined;
  const id = randomUUID();
  const ids = { external_id: `ext-${id}`, order_id: id.slice(0, 25), transaction_id: id };
  const names = { payment_method: 'BANK_TRANSFER', payment_channel: 'BCA' };
  const va = { ...ids, ...names, ...channelOfItsOwn(need), ...given };
  return { va, exists: state === 'fresh' };
};
