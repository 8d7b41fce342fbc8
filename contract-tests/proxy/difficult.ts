/** What the proxy's own tests share. */
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { sandboxCredentials } from '../cases/sandbox-target.ts';
import { rightRequest } from '../cases/request.ts';
import { readOperation } from '../cases/operation.ts';
import { readContract, asObject } from '../../spec/contract.ts';
import type { RawRequest, VaIds } from '../cases/types.ts';
import type { Answer, Tamper } from '../sandbox/answer.ts';
import { makeUp } from '../staging/accounts.ts';

const { shape } = readOperation(readContract(), 'cancelVirtualAccount');

/** A right cancel of that virtual account; by default of one that does not exist. */
export function cancelRequest(va: VaIds = makeUp({ channel: 'BCA' })): RawRequest {
  const context = { va, other: va, exists: true, alternates: {}, credentials: sandboxCredentials };
  return rightRequest(shape, context);
}

/** The answer with members more, or other. */
export const changed =
  (more: Record<string, unknown>): Tamper =>
  (answer) => ({ ...answer, body: { ...asObject(answer.body), ...more } });

const bytes = ({ body }: Answer): Buffer => Buffer.from(JSON.stringify(body));
const raw =
  (change: (answer: Answer) => Partial<Answer>, headers: Record<string, string> = {}): Tamper =>
  (answer) => ({ ...answer, headers: { ...answer.headers, ...headers }, ...change(answer) });

/** Answers that a proxy may damage. */
export const difficult: Record<string, Tamper> = {
  plain: (answer) => answer,
  gzip: raw((answer) => ({ body: gzipSync(bytes(answer)) }), { 'content-encoding': 'gzip' }),
  brotli: raw((answer) => ({ body: brotliCompressSync(bytes(answer)) }), { 'content-encoding': 'br' }),
  'gzip that is none': raw(() => ({ body: Buffer.from('{}') }), { 'content-encoding': 'gzip' }),
  '501': raw(() => ({ status: 501 })),
  '503 with HTML': raw(() => ({ status: 503, body: '<h1>Bad</h1>' }), { 'content-type': 'text/html' }),
  '307': raw(() => ({ status: 307, body: '' }), { location: 'https://example.com/' }),
  '204': raw(() => ({ status: 204, body: undefined })),
  'an empty 200': raw(() => ({ body: '' })),
  'not UTF-8': raw(() => ({ body: Buffer.from([0x7b, 0xff, 0xc3, 0x28, 0x7d]) })),
  'a byte order mark': raw((answer) => ({ body: `\uFEFF${JSON.stringify(answer.body)}` })),
  'half a megabyte': changed({ error: 'x'.repeat(500_000) }),
  'more than a megabyte': changed({ error: 'x'.repeat(1_200_000) }),
};
