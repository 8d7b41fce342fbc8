/** HTTP answers as bytes, written by hand because half of them are wrong. */
import { createHash } from 'node:crypto';
import { on, send, type Bytes, type TcpRequest, type Start } from './tcp.ts';

type Headers = Record<string, string | number>;

/** A whole answer, its length right unless `headers` say another one. Each echoes the credentials. */
export function tcpAnswer(status: number | string, body: Bytes = '', headers: Headers = {}) {
  return (received: TcpRequest): Uint8Array => {
    const bytes = Buffer.from((typeof body === 'function' ? body(received) : body) as string);
    return Buffer.concat([Buffer.from(head(status, bytes.length, headers, received)), bytes]);
  };
}

function head(status: number | string, length: number, headers: Headers, received: TcpRequest): string {
  const echo = JSON.stringify(echoOf(received.headers)).replaceAll(/[^ -~]/g, '?');
  const framing = 'transfer-encoding' in headers ? {} : { 'content-length': length };
  const all = { 'content-type': 'application/json', ...framing, 'x-echo': echo, ...headers };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${status} Said\r\n${lines.join('')}\r\n`;
}

/** A server that gives this answer to every request. */
export const says = (status: number | string, body?: Bytes, headers?: Headers): Start =>
  on(send(tcpAnswer(status, body, headers)));

/** The page's success about the ids that were asked, with members changed, added, or taken away (undefined). */
export const success =
  (change: Record<string, unknown> = {}) =>
  ({ headers }: TcpRequest): string =>
    JSON.stringify({
      ...request,
      transaction_status: 'CANCELED',
      response_code: '00',
      note: { said: [echoOf(headers)] },
      ...change,
    });

/** A failure with this response code, which echoes the credentials in every member, and as a name. */
export const failure =
  (response_code: unknown, change: Record<string, unknown> = {}) =>
  ({ headers }: TcpRequest): string => {
    const echo = echoOf(headers);
    return JSON.stringify({ response_code, response_message: echo, error: echo, [echo]: [echo], ...change });
  };

/** A page as a proxy in front would show it, with all that it was sent. */
export const html = ({ headers }: TcpRequest): string => `<!doctype html><pre>${echoOf(headers)}</pre>`;

/** `text` written into the success, where its first member begins. */
export const successWith =
  (text: string) =>
  (received: TcpRequest): string =>
    success()(received).replace('{', `{${text},`);

/** The success, changed as text or bytes. */
export const changed =
  (change: (json: string) => string | Uint8Array) =>
  (received: TcpRequest): string | Uint8Array =>
    change(success()(received));

/** Chunked transfer of `text`, in two chunks. */
export function chunked(text: string): string {
  const half = Math.floor(text.length / 2);
  const chunk = (part: string) => `${Buffer.byteLength(part).toString(16)}\r\n${part}\r\n`;
  return `${chunk(text.slice(0, half))}${chunk(text.slice(half))}`;
}

/** Invented, and full of what JSON, HTML and URLs spell in other ways. */
export const credentials = {
  merchantId: 'FAKE0000000001',
  secretUnboundId: '0xfake-"secret"-&<+/=>',
  hashKey: 'fake-hash-key-\\-%-é-for-tests-only',
};

/** The page's example. */
export const request = {
  external_id: '39482906889734',
  order_id: '13499387088062',
  transaction_id: '604b987e-8e51-4470-9a18-6d8b58b45472',
  payment_method: 'BANK_TRANSFER',
  payment_channel: 'BCA-POLYTRON',
} as const;

const { merchantId, secretUnboundId, hashKey } = credentials;

/** The Basic value, computed here and not by what is under test. */
export const basic = Buffer.from(`${merchantId}:${secretUnboundId}`).toString('base64');

/** The request signature, computed here and not by what is under test. */
export const signature = createHash('sha256')
  .update(hashKey + request.external_id + request.order_id)
  .digest('hex');

/** Everything that must never be seen. */
export const secrets = { secretUnboundId, hashKey, basic, signature };

/** What a gateway that echoes everything would say: what it received, and what it knows of the merchant. */
export function echoOf(headers: Record<string, string>): string {
  const received = `${headers.authorization} ${headers['x-req-signature']}`;
  return `echo: ${received} ${signature.toUpperCase()} ${secretUnboundId} ${hashKey}`;
}
