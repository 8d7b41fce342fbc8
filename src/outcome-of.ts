import { isVaError, type Outcome, type VaError } from './errors.js';

// The class-based client wraps or replaces errors; a Response that it hands back still leads to its error here.
const errors = new WeakMap<Response, VaError | undefined>();

/** Notes what `response` amounts to, for `vaErrorOf`. */
export function remember(response: Response, error: VaError | undefined): Response {
  errors.set(response, error);
  return response;
}

/**
 * The `VaError` behind whatever a client threw: itself, the `cause` of a `FetchError`, or what the transport
 * made of the `response` of a `ResponseError`. A `Response` of `client.api` may be given too.
 */
export function vaErrorOf(thrown: unknown): VaError | undefined {
  try {
    // Ends in the catch below where there is nothing left to look into.
    for (let level = 0, at = thrown; level < 8; level++) {
      if (isVaError(at)) return at;
      const { response = at, cause } = at as { response?: Response; cause?: unknown };
      const error = errors.get(response as Response);
      if (error) return error;
      at = cause;
    }
  } catch {
    // No cause any more, a proxy, or getters that throw: not ours.
  }
  return undefined;
}

/**
 * The outcome of a call of either client from what it threw. What is not ours is `unknown`: who knows when it
 * was thrown. The class-based client's `RequiredError` comes before anything is sent.
 */
export function outcomeOf(thrown: unknown): Outcome {
  return vaErrorOf(thrown)?.outcome ?? (isRequiredError(thrown) ? 'not_sent' : 'unknown');
}

function isRequiredError(thrown: unknown): boolean {
  try {
    return thrown instanceof Error && thrown.name === 'RequiredError';
  } catch {
    return false; // a revoked proxy
  }
}
