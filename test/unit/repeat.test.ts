/** What is repeated, after which pause, until when. Timers are faked: no request is made here. */
import { getEventListeners } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { OUTCOMES, VaError, type VaErrorCode } from '../../src/errors.ts';
import type { Answered } from '../../src/answer.ts';
import { operations } from '../../src/operations.ts';
import type { ClientOperation } from '../../src/prepare.ts';
import { repeat, type Limits } from '../../src/call.ts';

const { cancel, create, inquire } = operations;

afterEach(() => vi.restoreAllMocks());

describe('repeat', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }));
  afterEach(() => void vi.useRealTimers());

  const GENEROUS: Limits = { timeoutMs: 1_000, totalTimeoutMs: 100_000, maxRetries: 10 };
  const answered = { error: undefined } as Answered;
  const failing = (code: VaErrorCode, retryAfterMs?: number) => () =>
    Promise.reject(new VaError(code, 'fake', { retryAfterMs }));

  /** Runs `attempt` to the end, and tells when each attempt began and how long it was given. */
  async function run(
    operation: ClientOperation,
    limits: Partial<Limits>,
    attempt: (given: number) => Promise<Answered>,
    signal?: AbortSignal,
  ) {
    const startedAt = performance.now();
    const begins: number[] = [];
    const given: number[] = [];
    const attempted = (number: number, timeoutMs: number) => {
      expect(number).toBe(begins.push(performance.now() - startedAt));
      given.push(timeoutMs);
      return attempt(timeoutMs);
    };
    let endedAt = NaN;
    const ending = repeat(attempted, operation, { ...GENEROUS, ...limits }, signal)
      .catch((error: VaError) => error)
      .finally(() => (endedAt = performance.now() - startedAt));
    await vi.runAllTimersAsync();
    const result = await ending;
    const gaps = begins.slice(1).map((at, index) => Math.round(at - begins[index]!));
    return { attempts: begins.length, gaps, given, endedAt, result };
  }

  const codes = Object.keys(OUTCOMES) as VaErrorCode[];
  const passing: VaErrorCode[] = ['dns_failed', 'connection_refused', 'not_connected'];
  const readAgain: VaErrorCode[] = [
    ...passing,
    'timeout',
    'connection_failed',
    'redirected',
    'answer_too_large',
    'answer_unreadable',
    'answer_unexpected',
    'answer_about_other_ids',
    'gateway_failed',
    'middleware_failed',
    'still_active',
    'paid_not_final',
    'unsettled',
  ];

  it.each([
    ['a cancel', cancel, passing],
    ['a creation', create, passing],
    ['an inquiry', inquire, readAgain],
  ])('%s is repeated after these codes and no others', async (_, operation, expected) => {
    const repeated: VaErrorCode[] = [];
    for (const code of codes) {
      const { attempts, result } = await run(operation, { maxRetries: 1 }, failing(code));
      expect(result).toMatchObject({ code });
      if (attempts === 2) repeated.push(code);
    }
    expect(repeated.sort()).toEqual([...expected].sort());
  });

  it('stops as soon as it is done, or at an error that is not repeated', async () => {
    for (const end of [async () => answered, failing('invalid_parameter'), failing('timeout')]) {
      const turns = [failing('dns_failed'), failing('connection_refused'), end];
      expect((await run(cancel, {}, () => turns.shift()!())).attempts).toBe(3);
      expect(turns).toEqual([]);
    }
  });

  it('judges an error that comes with its answer like a thrown one', async () => {
    const withError = (code: VaErrorCode) => async () => ({ error: new VaError(code, 'fake') }) as Answered;
    expect((await run(inquire, { maxRetries: 2 }, withError('gateway_failed'))).attempts).toBe(3);
    expect((await run(inquire, { maxRetries: 2 }, withError('not_found'))).attempts).toBe(1);
    expect((await run(cancel, { maxRetries: 2 }, withError('gateway_failed'))).attempts).toBe(1);
  });

  it('does not repeat, nor swallow, what is no VaError', async () => {
    const bug = new RangeError('a bug');
    expect(await run(inquire, {}, () => Promise.reject(bug))).toMatchObject({ attempts: 1, result: bug });
  });

  it.each([
    [1, [200, 400, 800, 1600, 3200, 5000, 5000, 5000, 5000, 5000]],
    [0.5, [100, 200, 400, 800, 1600, 2500, 2500, 2500, 2500, 2500]],
    [0, [0, 0, 0, 0, 0, 0, 0, 0, 0, 0]],
  ])('pauses with full jitter and a cap: a die that shows %d', async (die, pauses) => {
    vi.spyOn(Math, 'random').mockReturnValue(die);
    expect(await run(cancel, {}, failing('dns_failed'))).toMatchObject({ attempts: 11, gaps: pauses });
  });

  it('throws the die anew for each pause', async () => {
    vi.spyOn(Math, 'random').mockReturnValueOnce(0.1).mockReturnValueOnce(0.9);
    expect((await run(cancel, { maxRetries: 2 }, failing('dns_failed'))).gaps).toEqual([20, 360]);
  });

  it('waits for an inquiry as long as was asked, or its own pause if that is longer', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(0.5);
    const asked = async (ms: number) =>
      (await run(inquire, { maxRetries: 1 }, failing('gateway_failed', ms))).gaps;
    expect(await asked(3_000)).toEqual([3_000]);
    expect(await asked(99)).toEqual([100]);
  });

  it('gives up at once when it would have to wait beyond the whole', async () => {
    const limits = { totalTimeoutMs: 3_000, maxRetries: 1 };
    const ending = await run(inquire, limits, failing('gateway_failed', 3_000));
    expect(ending).toMatchObject({ attempts: 1, endedAt: 0, result: { retryAfterMs: 3_000 } });
    expect((await run(inquire, limits, failing('gateway_failed', 2_999))).attempts).toBe(2);
  });

  it('gives each attempt its own limit, and no more than is left of the whole', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(0.5);
    const slow = (given: number) =>
      new Promise<Answered>((_, reject) => setTimeout(() => reject(new VaError('timeout', 'fake')), given));
    const { given, endedAt } = await run(inquire, { timeoutMs: 600, totalTimeoutMs: 1_000 }, slow);
    expect(given.map(Math.round)).toEqual([600, 300]);
    expect(Math.round(endedAt)).toBe(1_000);
  });

  it('begins no attempt when a pause took longer than the whole', async () => {
    let clock = 0;
    vi.spyOn(performance, 'now').mockImplementation(() => clock);
    vi.spyOn(Math, 'random').mockReturnValue(0.5);
    const attempt = vi.fn(failing('connection_refused'));
    const ending = repeat(attempt, cancel, { ...GENEROUS, totalTimeoutMs: 500 }, undefined).catch(
      (error) => error,
    );
    await vi.advanceTimersByTimeAsync(0);
    clock = 501; // the machine was busy
    await vi.runAllTimersAsync();
    expect(await ending).toMatchObject({ code: 'connection_refused', outcome: 'not_sent' });
    expect(attempt).toHaveBeenCalledTimes(1);
  });

  it('an abort ends a pause at once, with the error that there is, and leaves no timer and no listener', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(1);
    const abort = new AbortController();
    const attempt = vi.fn(failing('connection_refused'));
    const ending = repeat(attempt, cancel, GENEROUS, abort.signal).catch((error: unknown) => error);
    await vi.advanceTimersByTimeAsync(50);
    expect(vi.getTimerCount()).toBe(1);
    abort.abort();
    expect(await ending).toMatchObject({ code: 'connection_refused', outcome: 'not_sent' });
    expect(attempt).toHaveBeenCalledTimes(1);
    expect(vi.getTimerCount()).toBe(0);
    expect(getEventListeners(abort.signal, 'abort')).toHaveLength(0);
  });

  it('does not pause for a caller who has already aborted', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(1);
    const ending = await run(cancel, {}, failing('connection_refused'), AbortSignal.abort());
    expect(ending).toMatchObject({ attempts: 1, endedAt: 0 });
  });
});
