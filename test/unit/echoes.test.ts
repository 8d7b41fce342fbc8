import type { ServerResponse } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { createVirtualAccountApi } from '../../src/class-client.ts';
import { createVaClient } from '../../src/client.ts';
import { vaErrorOf } from '../../src/errors.ts';
import { leaks } from '../support/canaries.ts';
import { credentials, pageRequest, pageSuccess, signature } from '../support/fixtures.ts';
import {
  answerJson,
  startHttpServer,
  type HttpServer,
  type Received,
} from '../../contract-tests/shared/http-server.ts';

const SECRETS = `${credentials.secretUnboundId} ${credentials.hashKey}`;
let server: HttpServer | undefined;
afterEach(() => server?.close());

/** Everything that either client gives for an answer, thrown or not, with every body read. */
async function everythingFrom(answer: (echo: string, response: ServerResponse, received: Received) => void) {
  server = await startHttpServer((received, response) => {
    answer(`${JSON.stringify(received.headers)} ${SECRETS}`, response, received);
  });
  const client = createVaClient({ ...credentials, baseUrl: server.url });
  const api = createVirtualAccountApi({ ...credentials, baseUrl: server.url });
  const caught = (promise: Promise<unknown>) => promise.catch((error: unknown) => error);
  const own = await caught(client.api.POST('/va/cancel', { body: pageRequest, parseAs: 'text' }));
  const thrown = await caught(api.cancelVirtualAccountRaw({ cancelRequest: pageRequest }));
  const response =
    (thrown as { response?: Response; raw?: Response }).response ?? (thrown as { raw?: Response }).raw;
  const all = [await caught(client.cancel(pageRequest)), own, thrown, vaErrorOf(thrown)];
  const read = response ? [[...response.headers], response.statusText, await response.text()] : [];
  expect(server.received).toHaveLength(3);
  for (const { headers } of server.received) expect(headers['x-req-signature']).toBe(signature);
  return [...all, ...read];
}

/** The cancel of the first client, as text, to see that what was echoed was there to be blotted out. */
const shown = ([cancelled]: unknown[]) => JSON.stringify(cancelled);

describe('a gateway that echoes the request with its credentials', () => {
  it.each([200, 400, 401, 503])('in response_message, with %i', async (status) => {
    const everything = await everythingFrom((echo, response) =>
      answerJson(response, { response_code: '01', response_message: echo }, status),
    );
    expect(leaks(everything)).toEqual([]);
    expect(shown(everything)).toContain('[redacted]');
  });

  it.each([200, 400])('in other members and their names, deep down, with %i', async (status) => {
    const everything = await everythingFrom((echo, response, { headers }) =>
      answerJson(response, { response_code: '01', debug: [{ headers, [echo]: echo }], error: echo }, status),
    );
    expect(leaks(everything)).toEqual([]);
  });

  it('in response_code and the ids', async () => {
    const everything = await everythingFrom((echo, response) =>
      answerJson(response, { response_code: echo, external_id: echo, transaction_status: echo }, 400),
    );
    expect(leaks(everything)).toEqual([]);
  });

  it('in a success, which stays done', async () => {
    const everything = await everythingFrom((echo, response, { headers }) =>
      answerJson(response, { ...pageSuccess, response_message: echo, headers, payment_channel: SECRETS }),
    );
    expect(leaks(everything)).toEqual([]);
    expect(everything[0]).toMatchObject({ transaction_status: 'CANCELED', response_code: '00' });
    expect(shown(everything)).toContain('[redacted]');
  });

  it.each([200, 502])('in HTML, with %i', async (status) => {
    const everything = await everythingFrom((echo, response) => {
      response.writeHead(status, { 'content-type': 'text/html' }).end(`<pre>${echo}</pre>`);
    });
    expect(leaks(everything)).toEqual([]);
  });

  it('in headers and the reason phrase', async () => {
    const everything = await everythingFrom((echo, response, { headers }) => {
      const echoed = { 'x-echo': echo, 'retry-after': SECRETS, 'set-cookie': headers['x-req-signature']! };
      response.writeHead(400, SECRETS, echoed).end('{"response_code":"01"}');
    });
    expect(leaks(everything)).toEqual([]);
  });

  it('in the place to go to', async () => {
    const everything = await everythingFrom((echo, response) => {
      response.writeHead(307, { location: `/?${encodeURIComponent(echo)}` }).end(echo);
    });
    expect(leaks(everything)).toEqual([]);
  });
});
