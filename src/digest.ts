/** A part of Node's `process`, as far as it is used here. */
interface WithNodeCrypto {
  process?: {
    /** Of Node 20.16 and 22.3; `hash` of 20.12. */
    getBuiltinModule?(
      name: 'node:crypto',
    ): { hash?(name: 'sha256', text: string, form: 'hex'): string } | undefined;
  };
}

const encoder = new TextEncoder();

/**
 * Lower-case hex of SHA-256 over `text` in UTF-8: by `node:crypto` where the runtime has it at hand, else by
 * WebCrypto, which on Node crosses to another thread and back for each hash: twenty times the price of the hash,
 * a tenth of that of a fetch (bench/). A promise only where it must be: each one costs something too.
 */
export function sha256Hex(text: string): string | Promise<string> {
  const node = (globalThis as WithNodeCrypto).process?.getBuiltinModule?.('node:crypto');
  return node?.hash ? node.hash('sha256', text, 'hex') : byWebCrypto(text);
}

async function byWebCrypto(text: string): Promise<string> {
  const hash = await crypto.subtle.digest('SHA-256', encoder.encode(text));
  return Array.from(new Uint8Array(hash), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
