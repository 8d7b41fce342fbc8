import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { createVaClient } from '../../src/client.ts';
import { signedFetch } from '../../src/signed-fetch.ts';
import {
  cancelUrl,
  jsonResponse,
  options,
  pageRequest,
  pageSuccess,
  stubFetch,
  vaErrorFrom,
} from '../support/fixtures.ts';

const body = JSON.stringify(pageRequest);
const never = () => new Promise<Response>(() => {});
const stalledBody = () =>
  new Response(new ReadableStream({ start: (c) => c.enqueue(new TextEncoder().encode('{')) }));

/** How long `work` took, in milliseconds. */
async function timed(work: Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work.catch(() => undefined);
  return performance.now() - startedAt;
}

describe('the deadline', () => {
  it.each([
    ['that ignores its signal', never],
    ['whose body stalls', stalledBody],
  ])('holds for a fetch %s', async (_, answer) => {
    const fetch = stubFetch(answer);
    const client = createVaClient({ ...options, timeoutMs: 60, fetch });
    const cancelled = client.cancel(pageRequest);
    expect(await timed(cancelled)).toBeLessThan(1_000);
    expect(await vaErrorFrom(cancelled)).toMatchObject({ code: 'timeout', outcome: 'unknown' });
    expect(fetch.calls[0]!.init.signal!.aborted).toBe(true);
  });

  it('is one over headers and body, not one for each', async () => {
    const slow = async () => {
      await sleep(800);
      const pull = async (controller: ReadableStreamDefaultController) => {
        await sleep(50);
        controller.enqueue(new TextEncoder().encode(' '));
      };
      return new Response(new ReadableStream({ pull }));
    };
    const client = createVaClient({ ...options, timeoutMs: 1_000, fetch: stubFetch(slow) });
    const error = await vaErrorFrom(client.cancel(pageRequest));
    expect(error).toMatchObject({ code: 'timeout', outcome: 'unknown' });
    expect(error.durationMs).toBeGreaterThanOrEqual(990);
    expect(error.durationMs).toBeLessThan(1_700);
  });

  it("of one call replaces the client's, either way", async () => {
    const client = createVaClient({
      ...options,
      timeoutMs: 60,
      fetch: stubFetch(() => sleep(300, jsonResponse(pageSuccess))),
    });
    expect(await vaErrorFrom(client.cancel(pageRequest))).toMatchObject({ code: 'timeout' });
    await expect(client.cancel(pageRequest, { timeoutMs: 5_000 })).resolves.toEqual(pageSuccess);
    const patient = createVaClient({ ...options, timeoutMs: 5_000, fetch: stubFetch(never) });
    const hurried = patient.cancel(pageRequest, { timeoutMs: 60 });
    expect(await timed(hurried)).toBeLessThan(1_000);
    expect(await vaErrorFrom(hurried)).toMatchObject({ code: 'timeout' });
  });

  it('holds for a request body that stalls, and then nothing was sent', async () => {
    const fetch = stubFetch();
    const init = { method: 'POST', body: new ReadableStream(), duplex: 'half' };
    const sent = signedFetch({ ...options, timeoutMs: 60, fetch })(new Request(cancelUrl, init));
    expect(await timed(sent)).toBeLessThan(1_000);
    expect(await vaErrorFrom(sent)).toMatchObject({ code: 'not_connected', outcome: 'not_sent' });
    expect(fetch.calls).toEqual([]);
  });

  it('holds for a request body that comes too late: it is not sent any more', async () => {
    const fetch = stubFetch();
    const late = new ReadableStream({
      async start(controller) {
        await sleep(120);
        controller.enqueue(new TextEncoder().encode(body));
        controller.close();
      },
    });
    const init = { method: 'POST', body: late, duplex: 'half' };
    const sent = signedFetch({ ...options, timeoutMs: 60, fetch })(new Request(cancelUrl, init));
    expect(await vaErrorFrom(sent)).toMatchObject({ code: 'not_connected' });
    await sleep(150);
    expect(fetch.calls).toEqual([]);
  });

  it('holds for a process that stands still while its body is read, whose timers come later', async () => {
    const fetch = stubFetch();
    const pull = (controller: ReadableStreamDefaultController) => {
      const until = performance.now() + 120;
      while (performance.now() < until);
      controller.enqueue(new TextEncoder().encode(body));
      controller.close();
    };
    const init = { method: 'POST', body: new ReadableStream({ pull }, { highWaterMark: 0 }), duplex: 'half' };
    const sent = signedFetch({ ...options, timeoutMs: 60, fetch })(new Request(cancelUrl, init));
    expect(await vaErrorFrom(sent)).toMatchObject({ code: 'not_connected', outcome: 'not_sent' });
    expect(fetch.calls).toEqual([]);
  });

  it('lets go of an answer that comes too late, whatever the fetch makes of its signal', async () => {
    let isCancelled = false;
    const tooLate = new ReadableStream({ cancel: () => void (isCancelled = true) });
    const fetch = stubFetch(() => sleep(120, new Response(tooLate)));
    const client = createVaClient({ ...options, timeoutMs: 60, fetch });
    expect(await vaErrorFrom(client.cancel(pageRequest))).toMatchObject({ code: 'timeout' });
    await expect.poll(() => isCancelled).toBe(true);
  });
});

describe('an abort by the caller', () => {
  it('before the call means that nothing was sent', async () => {
    const fetch = stubFetch();
    const client = createVaClient({ ...options, fetch });
    const expected = { code: 'aborted_before_sending', outcome: 'not_sent' };
    expect(await vaErrorFrom(client.cancel(pageRequest, { signal: AbortSignal.abort() }))).toMatchObject(
      expected,
    );
    const sent = signedFetch({ ...options, fetch })(cancelUrl, {
      method: 'POST',
      body,
      signal: AbortSignal.abort(),
    });
    expect(await vaErrorFrom(sent)).toMatchObject(expected);
    expect(fetch.calls).toEqual([]);
  });

  it.each([
    ['before the headers', never],
    ['while the body comes', stalledBody],
  ])('%s leaves the outcome unknown, and is no timeout', async (_, answer) => {
    const abort = new AbortController();
    const fetch = stubFetch(answer);
    const cancelled = createVaClient({ ...options, fetch }).cancel(pageRequest, { signal: abort.signal });
    setTimeout(() => abort.abort(new Error('never mind')), 50);
    const error = await vaErrorFrom(cancelled);
    expect(error).toMatchObject({ code: 'aborted', outcome: 'unknown', cause: { message: 'never mind' } });
    expect(fetch.calls).toHaveLength(1);
  });

  it('in a middleware, before it is sent, means that nothing was sent', async () => {
    const abort = new AbortController();
    const fetch = stubFetch();
    const client = createVaClient({ ...options, fetch });
    client.api.use({ onRequest: () => abort.abort() });
    const error = await vaErrorFrom(client.cancel(pageRequest, { signal: abort.signal }));
    expect(error).toMatchObject({ code: 'aborted_before_sending', outcome: 'not_sent' });
    expect(fetch.calls).toEqual([]);
  });

  it('after the answer changes nothing', async () => {
    const abort = new AbortController();
    const client = createVaClient({ ...options, fetch: stubFetch() });
    const answer = await client.cancel(pageRequest, { signal: abort.signal });
    abort.abort();
    expect(answer).toEqual(pageSuccess);
  });
});
