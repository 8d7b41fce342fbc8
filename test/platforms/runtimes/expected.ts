/** What must come of each behaviour on each runtime. docs/outcomes.md says the same in words; a test compares. */
import type { VaErrorCode } from '../../../src/errors.ts';

export const RUNTIMES = ['Node 20', 'Node 22', 'Node 24', 'Node 26', 'Deno', 'Bun', 'workerd'] as const;

/** A column of the matrix. */
export type RuntimeName = (typeof RUNTIMES)[number];

/** What a failure can show to prove that a request never left. */
export type Proof = Extract<VaErrorCode, 'dns_failed' | 'connection_refused' | 'certificate_rejected'>;

const ALL: readonly Proof[] = ['dns_failed', 'connection_refused', 'certificate_rejected'];

/** What each shows. What it does not show is `unknown` there, and must not be anything better. */
export const PROOFS: Record<RuntimeName, readonly Proof[]> = {
  'Node 20': ALL,
  'Node 22': ALL,
  'Node 24': ALL,
  'Node 26': ALL,
  Deno: ALL,
  Bun: ALL,
  workerd: [],
};

/** Where no byte of the request is written: by what it ends there if that is proven, and if it is not. */
export const UNWRITTEN = {
  'connecting that stalls': ['not_connected', 'timeout'],
  'aborted while connecting': ['aborted_before_sending', 'aborted'],
  'a TLS handshake that stalls': ['not_connected', 'timeout'],
  'aborted in the TLS handshake': ['aborted_before_sending', 'aborted'],
  'a TLS handshake that is reset': ['not_connected', 'connection_failed'],
  'a TLS handshake that is closed': ['not_connected', 'connection_failed'],
  'a TLS alert in the handshake': ['not_connected', 'connection_failed'],
  'plain HTTP where TLS is expected': ['not_connected', 'connection_failed'],
} as const satisfies Record<string, readonly [proven: VaErrorCode, else_: VaErrorCode]>;

/** One of them. */
export type Unwritten = keyof typeof UNWRITTEN;

const ENDED_BY_US: Unwritten[] = [
  'connecting that stalls',
  'aborted while connecting',
  'a TLS handshake that stalls',
  'aborted in the TLS handshake',
];

/** Node's witness proves them all; Deno what its own failures show; Bun's and workerd's show none of them. */
export const provesUnwritten = (name: RuntimeName, situation: Unwritten): boolean =>
  name.startsWith('Node') || (name === 'Deno' && !ENDED_BY_US.includes(situation));

/** How the last call of a behaviour ends, and what the server saw of all of them. */
export interface ExpectedEnding {
  /** The outcome, the code, and the HTTP status of the answer; as far as there are. */
  ending: string;
  /** Requests that the server read, over all calls and connections. */
  requests: number;
  /** Connections that were made; only where it matters that one was used again. */
  connections?: number;
}

type Row = Record<RuntimeName, ExpectedEnding>;

const each = (make: (name: RuntimeName) => ExpectedEnding): Row =>
  Object.fromEntries(RUNTIMES.map((name) => [name, make(name)])) as Row;

const everywhere = (ending: string, requests: number): Row => each(() => ({ ending, requests }));

const provenBy = (proof: Proof): Row =>
  each((name) => {
    const ending = PROOFS[name].includes(proof) ? `not_sent ${proof}` : 'unknown connection_failed';
    return { ending, requests: 0 };
  });

const unwritten = (situation: Unwritten): Row =>
  each((name) => {
    const [proven, otherwise] = UNWRITTEN[situation];
    const ending = provesUnwritten(name, situation) ? `not_sent ${proven}` : `unknown ${otherwise}`;
    return { ending, requests: 0 };
  });

const allUnwritten = Object.fromEntries(
  Object.keys(UNWRITTEN).map((situation) => [situation, unwritten(situation as Unwritten)]),
) as Record<Unwritten, Row>;

// Our client for Deno keeps no connection (src/runtime.ts), which is why nothing is sent twice there.
const reused = (ending: string): Row =>
  each((name) => ({ ending, requests: 2, connections: name === 'Deno' ? 2 : 1 }));

const LOST = 'unknown connection_failed';

/** The matrix. */
export const expected = {
  'done at the sandbox': everywhere('done', 1),
  'done with the class-based client': everywhere('done', 1),
  'done with signedFetch': everywhere('done', 1),
  'refused: no such virtual account': everywhere('refused not_found 404', 1),
  'refused: a wrong hash key': everywhere('refused invalid_signature 401', 1),
  'refused, with the class-based client': everywhere('refused not_found 404', 1),

  'a host name that does not exist': provenBy('dns_failed'),
  'nobody listens': provenBy('connection_refused'),
  'nobody listens, with TLS': provenBy('connection_refused'),
  'a good certificate (the control)': everywhere('done', 1),
  'a self-signed certificate': provenBy('certificate_rejected'),
  'an expired certificate': provenBy('certificate_rejected'),
  "another host's certificate": provenBy('certificate_rejected'),
  'a certificate of an unknown issuer': provenBy('certificate_rejected'),
  'a request that breaks the contract': everywhere('not_sent invalid_request', 0),
  'aborted before sending': everywhere('not_sent aborted_before_sending', 0),

  ...allUnwritten,
  // It comes after the head was written, whatever it looks like.
  'a missing client certificate, TLS 1.3': everywhere(LOST, 0),
  'an answer that never comes': everywhere('unknown timeout', 1),
  'aborted while waiting': everywhere('unknown aborted', 1),
  'a reset after the request was read': everywhere(LOST, 1),
  'a close after the request was read': everywhere(LOST, 1),
  'TLS that breaks after it was read': everywhere(LOST, 1),
  'HTTP 500 with code 98': everywhere('unknown gateway_failed 500', 1),
  'HTTP 502 with HTML': everywhere('unknown gateway_failed 502', 1),
  'success cut short': everywhere('unknown connection_failed 200', 1),
  'HTTP 421, which must not be repeated': everywhere('unknown answer_unreadable 421', 1),
  'a 302 to another origin': everywhere('unknown redirected 302', 1),
  'a 307 to another origin': everywhere('unknown redirected 307', 1),

  'a connection used again': reused('done'),
  'used again: reset after it was read': reused(LOST),
  'used again: closed after it was read': reused(LOST),
  'used again: closed, then nobody listens': reused(LOST),
  'used again: closed, then a bad certificate': reused(LOST),

  'an answer that echoes every secret': everywhere('unknown gateway_failed 403', 1),
  'noise that echoes every secret': everywhere(LOST, 1),
} as const satisfies Record<string, Row>;

/** A row of the matrix that is a call. */
export type CallRow = keyof typeof expected;
