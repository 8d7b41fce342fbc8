/** The other end: checks every header and the body of each request, and answers from memory. */
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { subjects, type Subject } from './subjects.ts';

const bySignature = new Map(subjects.map((each) => [each.headers['x-req-signature'], each]));

const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
  let body = '';
  request.setEncoding('latin1');
  request.on('data', (chunk: string) => (body += chunk));
  request.on('end', () => {
    const subject = bySignature.get(request.headers['x-req-signature'] as string);
    const wrong = wrongIn(request, body, subject);
    const answer = wrong ? JSON.stringify({ response_code: '01', response_message: wrong }) : subject!.answer;
    response.writeHead(wrong ? 400 : 200, {
      'content-type': 'application/json',
      'content-length': answer.length,
    });
    response.end(answer);
  });
});
server.listen(0, '127.0.0.1', () => process.send!((server.address() as AddressInfo).port));
process.on('disconnect', () => process.exit());

function wrongIn(request: IncomingMessage, body: string, subject: Subject | undefined): string | undefined {
  if (request.method !== 'POST' || request.url !== '/va/cancel') return 'method or path';
  if (!subject) return 'x-req-signature';
  if (body !== subject.body) return 'body';
  return Object.keys(subject.headers).find(
    (name) => !request.headers[name]?.includes(subject.headers[name]!),
  );
}
