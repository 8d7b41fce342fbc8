import type { ClientRequest, IncomingMessage } from 'node:http';
import { Transform } from 'node:stream';
import type { ProxyServer } from 'httpxy';
import { MAX_BYTES, pairsOf } from './exchange.ts';

/** Bytes that pass by, kept up to a limit. */
export class Capture {
  #chunks: Uint8Array[] = [];
  #length = 0;
  add(chunk: Uint8Array): void {
    this.#length += chunk.length;
    if (this.#length <= MAX_BYTES) this.#chunks.push(chunk);
  }
  bytes(): Uint8Array | undefined {
    return this.#length > MAX_BYTES ? undefined : Buffer.concat(this.#chunks);
  }
  stream(): Transform {
    return new Transform({
      transform: (chunk: Uint8Array, _, done) => {
        this.add(chunk);
        done(null, chunk);
      },
    });
  }
}

/** They are about one connection, not about the message (RFC 9110 section 7.6.1): each side has its own. */
export const connectionHeaders = ['connection', 'keep-alive', 'proxy-connection', 'transfer-encoding'];

/** The library hands on headers by lower-case name, doubled ones lost: set them again as they came. */
export function relayRequests(proxy: ProxyServer): void {
  proxy.on('proxyReq', (sent: ClientRequest, { rawHeaders }: IncomingMessage) => {
    const host = String(sent.getHeader('host'));
    const values = new Map<string, { name: string; values: string[] }>();
    for (const [name, value] of pairsOf(rawHeaders)) {
      const key = name.toLowerCase();
      if (connectionHeaders.includes(key)) continue;
      values.set(key, { name, values: [...(values.get(key)?.values ?? []), value] });
    }
    for (const [key, { name, values: all }] of values) {
      sent.removeHeader(key);
      // Host alone is the target's.
      const own = key === 'host' ? [host] : all;
      sent.setHeader(name, own.length === 1 ? own[0]! : own);
    }
  });
}
