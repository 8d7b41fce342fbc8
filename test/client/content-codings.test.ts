/** What Node's fetch can read of an answer, `undiciFetch` can: each coding over loopback, read by both. */
import * as zlib from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { startHttpServer } from '../../contract-tests/shared/http-server.ts';
import { createVaClient } from '../../src/client.ts';
import type { FetchLike } from '../../src/runtime.ts';
import { undiciFetch } from '../../src/undici.ts';
import { credentials, pageRequest, pageSuccess } from '../support/fixtures.ts';

const { gzipSync, deflateSync, deflateRawSync, brotliCompressSync, zstdCompressSync } = zlib;
const text = JSON.stringify(pageSuccess);
const plain = Buffer.from(text);
/** The same, and what is longer than one piece. */
const long = Buffer.from(JSON.stringify({ ...pageSuccess, more: 'x'.repeat(100_000) }));

/** By the name in content-encoding, what is sent. */
const bodies: [coding: string, body: Buffer][] = [
  ['gzip', gzipSync(plain)],
  ['x-gzip', gzipSync(plain)],
  ['GZIP', gzipSync(plain)],
  ['deflate', deflateSync(plain)],
  ['deflate', deflateRawSync(plain)],
  ['br', brotliCompressSync(plain)],
  ['zstd', zstdCompressSync(plain)],
  ['gzip', gzipSync(long)],
  ['deflate', deflateRawSync(long)],
  ['gzip, br', brotliCompressSync(gzipSync(plain))],
  ['br , gzip', gzipSync(brotliCompressSync(plain))],
  ['deflate, gzip', gzipSync(deflateRawSync(plain))],
  ['gzip,gzip,gzip,gzip,gzip', [1, 2, 3, 4, 5].reduce((inner) => gzipSync(inner), plain)],
  ['gzip,gzip,gzip,gzip,gzip,gzip', [1, 2, 3, 4, 5, 6].reduce((inner) => gzipSync(inner), plain)],
  ['identity', plain],
  ['aws-chunked', plain],
  ['gzip, unknown', plain],
  ['', plain],
  // Cut short, corrupt, empty.
  ['gzip', gzipSync(plain).subarray(0, -8)],
  ['deflate', deflateRawSync(plain).subarray(0, 40)],
  ['br', brotliCompressSync(plain).subarray(0, -1)],
  ['gzip', plain],
  ['deflate', Buffer.from([8, 0, 1])],
  ['br', Buffer.from('no Brotli')],
  ['gzip', Buffer.alloc(0)],
  ['deflate', Buffer.alloc(0)],
];

/** How a cancel ends over this fetch. */
async function endingOver(fetch: FetchLike | undefined, coding: string, body: Buffer, isChunked: boolean) {
  const server = await startHttpServer((_, response) => {
    const length = isChunked ? {} : { 'content-length': body.length };
    response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': coding, ...length });
    response.end(body);
  });
  const client = createVaClient({ ...credentials, baseUrl: server.url, timeoutMs: 5_000, fetch });
  return client
    .cancel(pageRequest)
    .then(
      (answer) => ({ answer }),
      ({ outcome, code }: { outcome: string; code: string }) => ({ outcome, code }),
    )
    .finally(server.close);
}

describe.each([true, false])('an answer in pieces: %s', (isChunked) => {
  it.each(bodies.map(([coding, body], index) => [coding, body.length, index] as const))(
    'in %j, of %i bytes, ends alike over both (row %i)',
    async (coding, _length, index) => {
      const [, body] = bodies[index]!;
      const own = await endingOver(undefined, coding, body, isChunked);
      expect(await endingOver(undiciFetch(), coding, body, isChunked)).toEqual(own);
    },
  );
});

it('reads most of them, or all of this proves nothing', async () => {
  const endings = await Promise.all(
    bodies.slice(0, 13).map(([coding, body]) => endingOver(undiciFetch(), coding, body, true)),
  );
  for (const ending of endings) expect(ending).toMatchObject({ answer: pageSuccess });
});
