/** The other end: checks every header and the body of each request, and answers from memory. */
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exchanges, type BenchExchange } from './variants.ts';

const bySignature = new Map(exchanges.map((each) => [each.headers['x-req-signature'], each]));

const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
  let body = '';
  request.setEncoding('latin1');
  request.on('data', (chunk: string) => (body += chunk));
  request.on('end', () => {
    const exchange = bySignature.get(request.headers['x-req-signature'] as string);
    const wrong = wrongIn(request, body, exchange);
    const answer = wrong
      ? JSON.stringify({ response_code: '01', response_message: wrong })
      : exchange!.answer;
    response.writeHead(wrong ? 400 : 200, {
      'content-type': 'application/json',
      'content-length': answer.length,
    });
    response.end(answer);
  });
});
server.listen(0, '127.0.0.1', () => process.send!((server.address() as AddressInfo).port));
process.on('disconnect', () => process.exit());

function wrongIn(
  request: IncomingMessage,
  body: string,
  exchange: BenchExchange | undefined,
): string | undefined {
  if (request.method !== 'POST' || request.url !== '/va/cancel') return 'method or path';
  if (!exchange) return 'x-req-signature';
  if (body !== exchange.body) return 'body';
  return Object.keys(exchange.headers).find(
    (name) => !request.headers[name]?.includes(exchange.headers[name]!),
  );
}
