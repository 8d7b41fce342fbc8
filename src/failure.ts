import type { VaErrorCode } from './errors.js';

/**
 * What each runtime shows when a request provably never left, measured on Node 20 to 26, npm's undici, Bun 1.4
 * and Deno 2.9. Everything that is not in here may have been sent: a reset or a failed handshake looks the same
 * before and after. workerd tells nothing apart, so there all is unknown.
 *
 * Node and undici have `code` and `syscall` on the `cause`, Bun has `code` on the error itself.
 */
export const CODES: ReadonlyMap<unknown, { syscall?: string; means: VaErrorCode }> = new Map([
  ['ENOTFOUND', { syscall: 'getaddrinfo', means: 'dns_failed' }],
  ['EAI_AGAIN', { syscall: 'getaddrinfo', means: 'dns_failed' }],
  ['ECONNREFUSED', { syscall: 'connect', means: 'connection_refused' }],
  ['CERT_NOT_YET_VALID', { means: 'certificate_rejected' }],
  ['CERT_HAS_EXPIRED', { means: 'certificate_rejected' }],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', { means: 'certificate_rejected' }],
  ['SELF_SIGNED_CERT_IN_CHAIN', { means: 'certificate_rejected' }],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', { means: 'certificate_rejected' }],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', { means: 'certificate_rejected' }],
  ['ERR_TLS_CERT_ALTNAME_INVALID', { means: 'certificate_rejected' }],
] as const);

const DENO_PREFIX = /^error sending request for url \(.*\): client error \(Connect\): /s;

/**
 * Deno has texts only, and they prove something only where its fetch cannot have sent the request before: with a
 * client that keeps no idle connection and speaks no HTTP/2.
 */
export const DENO_TEXTS: readonly (readonly [text: string, means: VaErrorCode])[] = [
  ['dns error: ', 'dns_failed'],
  ['tcp connect error: Connection refused ', 'connection_refused'],
  ['invalid peer certificate: ', 'certificate_rejected'],
];

/**
 * The code for a failure of `fetch` itself: a proof of "not sent", or `connection_failed`.
 *
 * @param provenByText whether Deno's fetch was used with a client of ours
 */
export function judgeFailure(error: unknown, provenByText = false): VaErrorCode {
  try {
    const { cause } = error as { cause?: unknown };
    return (
      proofIn(cause) ??
      proofIn(error) ??
      (provenByText ? proofInText(cause) : undefined) ??
      'connection_failed'
    );
  } catch {
    return 'connection_failed'; // what a custom fetch throws may be a proxy, or have getters that throw
  }
}

function proofIn(holder: unknown): VaErrorCode | undefined {
  const { code, syscall, errors } = Object(holder) as { code?: unknown; syscall?: unknown; errors?: unknown };
  if (Array.isArray(errors)) return proofInAll(errors);
  const known = CODES.get(code);
  if (!known) return undefined;
  // Bun names no system call for a refused connection.
  return syscall === undefined || known.syscall === undefined || syscall === known.syscall
    ? known.means
    : undefined;
}

/** Node tries every address of a host: each of them must have been refused. */
function proofInAll(errors: unknown[]): VaErrorCode | undefined {
  const proofs = new Set(errors.map(proofIn));
  return proofs.size === 1 ? [...proofs][0] : undefined;
}

function proofInText(cause: unknown): VaErrorCode | undefined {
  const [, rest = ''] = (cause as Error).message.split(DENO_PREFIX);
  return DENO_TEXTS.find(([text]) => rest.startsWith(text))?.[1];
}
