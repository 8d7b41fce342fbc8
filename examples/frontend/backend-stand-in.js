/**
 * Plays the backend of the merchant, for want of one. In production this file is not there: the page sends its own
 * ids to a route of yours, which holds the secrets, calls `cancel` of ifortepay-va, and answers `{ outcome, code }`.
 */

/**
 * Asks the mock to cancel. Resolves in every case, as such a route should.
 *
 * @param {{ mock: string, request: object, prefer: string, holdBackMs?: number, deadlineMs: number }} options
 *   `holdBackMs` keeps the answer back, for the mock knows no delay; `deadlineMs` ends the wait.
 * @returns {Promise<{ outcome: 'done' | 'refused' | 'unknown', status?: number, answer?: object, why?: string }>}
 */
export async function cancel(options) {
  const { status, answer, why } = await ask(options);
  return { outcome: why ? 'unknown' : outcomeOf(status, answer, 'CANCELED'), status, answer, why };
}

/** Asks the mock for the state, as a backend does with `client.confirm` after an unknown outcome. */
export async function confirm(options) {
  const { answer } = await ask(options);
  return { outcome: answer?.transaction_status === 'CANCELED' ? 'done' : 'unknown', answer };
}

async function ask({ mock, request: { method, path, headers, body }, prefer, holdBackMs = 0, deadlineMs }) {
  const signal = AbortSignal.timeout(deadlineMs);
  const asked = { method, headers: { ...headers, Prefer: prefer }, body: JSON.stringify(body), signal };
  try {
    const response = await fetch(mock + path, asked);
    const answer = await response.json();
    await passed(holdBackMs, signal);
    return { status: response.status, answer };
  } catch {
    return { why: signal.aborted ? 'no answer in time' : 'no answer at all: is the mock running?' };
  }
}

/** Waits, or rejects when the deadline comes first. */
function passed(ms, signal) {
  return new Promise((resolve, reject) => {
    setTimeout(resolve, ms);
    signal.addEventListener('abort', () => reject(signal.reason));
  });
}

/** The table of docs/outcomes.md in short; ifortepay-va also compares the ids and reads more carefully. */
function outcomeOf(status, { response_code: code, transaction_status }, wanted) {
  if (status === 200 && code === '00' && transaction_status === wanted) return 'done';
  const refused = ['01', '02', '04'].includes(code) || (code === '99' && status === 401);
  return refused && status < 500 ? 'refused' : 'unknown';
}
