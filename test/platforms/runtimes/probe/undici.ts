/**
 * `node undici.mjs <task>`: cancels on a Node whose undici is set up in some way, with the package as it was installed.
 * A process of its own for each, for much of this is set for all of a process. Prints the ends as JSON.
 */
import {
  createVaClient,
  isVaError,
  type AttemptRecord,
  type CancelRequest,
  type VaClientOptions,
} from 'ifortepay-va';
import { undiciFetch } from 'ifortepay-va/undici';

/** A dispatcher: of which of npm's undici, which class, and what to give it. */
export interface Made {
  from: 'undici6' | 'undici7' | 'undici8';
  name: 'Agent' | 'Pool' | 'ProxyAgent' | 'EnvHttpProxyAgent';
  /** What comes before the options: a Pool's origin. */
  origin?: string;
  options?: object;
}

/** What is set up, and what is called then. */
export interface UndiciTask {
  /** What `setGlobalDispatcher` is given. */
  global?: Made;
  /** Sends by `undiciFetch` over that, or over the global one. */
  over?: Made | 'global';
  instrumentedBy?: 'OpenTelemetry' | 'Sentry' | 'nock';
  /** Makes globalThis unchangeable first. */
  isFrozen?: boolean;
  options: VaClientOptions;
  request: CancelRequest;
  calls: { baseUrl: string; timeoutMs?: number; abortAfterMs?: number }[];
  /** One call after the other, not all at a time. */
  inTurn?: boolean;
}

/** How a call ended: outcome and code, and what `onAttempt` said of it. */
export interface UndiciEnd {
  end: string;
  written?: boolean;
}

const task = JSON.parse(process.argv[2]!) as UndiciTask;

async function make({ from, name, origin, options }: Made): Promise<any> {
  const undici: any = await import(from);
  return origin === undefined ? new undici[name](options) : new undici[name](origin, options);
}

const INSTRUMENTS = {
  async OpenTelemetry() {
    const { UndiciInstrumentation } = await import('@opentelemetry/instrumentation-undici');
    const { BasicTracerProvider } = await import('@opentelemetry/sdk-trace-base');
    const instrumentation = new UndiciInstrumentation();
    instrumentation.setTracerProvider(new BasicTracerProvider());
    instrumentation.enable();
  },
  async Sentry() {
    const sentry = await import('@sentry/node');
    sentry.init({ dsn: 'https://fake@sentry.invalid/1', tracesSampleRate: 1, transport: undefined as never });
  },
  async nock() {
    const { default: nock } = await import('nock');
    nock.enableNetConnect();
    nock('https://gateway.invalid').post('/va/cancel').replyWithError('reset');
  },
};

async function cancelAt({
  baseUrl,
  timeoutMs,
  abortAfterMs,
}: UndiciTask['calls'][number]): Promise<UndiciEnd> {
  let written: boolean | undefined;
  const client = createVaClient({
    ...task.options,
    baseUrl,
    // Long, where no deadline is the matter: fourteen first calls at a time on a busy machine.
    timeoutMs: timeoutMs ?? 10_000,
    onAttempt: (record: AttemptRecord) => void (written = record.written),
    ...(fetch && { fetch }),
  } as VaClientOptions);
  const signal = abortAfterMs === undefined ? undefined : AbortSignal.timeout(abortAfterMs);
  const end = await client.cancel(task.request, { signal }).then(
    () => 'done',
    (error: unknown) => (isVaError(error) ? `${error.outcome} ${error.code}` : String(error)),
  );
  return { end, ...(written !== undefined && { written }) };
}

if (task.isFrozen) Object.freeze(globalThis);
if (task.instrumentedBy) await INSTRUMENTS[task.instrumentedBy]();
if (task.global) {
  const { setGlobalDispatcher }: any = await import(task.global.from);
  setGlobalDispatcher(await make(task.global));
}
const over = task.over === 'global' ? undefined : task.over && (await make(task.over));
const fetch = task.over && undiciFetch({ dispatcher: over });

const ends: UndiciEnd[] = [];
if (task.inTurn) {
  for (const call of task.calls) {
    ends.push(await cancelAt(call));
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
} else {
  ends.push(...(await Promise.all(task.calls.map(cancelAt))));
}
process.stdout.write(`${JSON.stringify(ends)}\n`);
process.exit();
