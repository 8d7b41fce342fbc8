/**
 * What was never written, on every Node and over every undici that npm has under support, from the packed tarball: each
 * in a process of its own, against sockets of this one. What was read is never `not_sent`, whoever else takes part.
 */
import { once } from 'node:events';
import { createSecureServer, type ServerHttp2Stream } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, type TestContext } from 'vitest';
import {
  slowToBegin,
  tunnels,
  type Between,
  backlogFull,
  nobodyListens,
  authority,
  good,
  shows,
} from '../../faults/servers.ts';
import { tcpAnswer, html, success, credentials, request } from '../../faults/http.ts';
import {
  close,
  drop,
  inTurn,
  on,
  onConnect,
  pause,
  send,
  vanish,
  type FaultServer,
  type Start,
} from '../../faults/tcp.ts';
import { calls } from './calls.ts';
import { expected, type CallRow, type RuntimeName } from './expected.ts';
import type { Made, UndiciEnd, UndiciTask } from './probe/undici.ts';
import { makeProject, type Project } from './project.ts';
import { programOf } from './runtimes.ts';

const run = promisify(execFile);

let project: Project;
beforeAll(async () => {
  project = await makeProject(authority);
});
afterAll(() => project?.remove());

/** Of a test that runs beside others: what it starts, it ends. */
type Test = Pick<TestContext, 'onTestFinished'>;

async function started({ onTestFinished }: Test, start: Start): Promise<FaultServer> {
  const server = await start();
  onTestFinished(server.stop);
  return server;
}

async function between({ onTestFinished }: Test, starting: Promise<Between>): Promise<Between> {
  const it = await starting;
  onTestFinished(it.stop);
  return it;
}

const NODES = ['Node 20', 'Node 22', 'Node 24', 'Node 26'] as const satisfies RuntimeName[];
type Node = (typeof NODES)[number];

/** `over` is the undici beside the package; 8 needs Node 22. */
async function cancels(node: Node, version: 7 | 8, task: Omit<UndiciTask, 'options' | 'request'>) {
  const whole = { ...task, request, options: credentials };
  const env = { ...process.env, NODE_EXTRA_CA_CERTS: project.authority, NODE_OPTIONS: undefined };
  const args = [`${project.folder}/over${version}/undici.mjs`, JSON.stringify(whole)];
  const { stdout } = await run(programOf(node), args, { env: env as NodeJS.ProcessEnv, timeout: 60_000 });
  return JSON.parse(stdout.trim().split('\n').at(-1)!) as UndiciEnd[];
}

const asHttps =
  (start: Start): Start =>
  async () => {
    const server = await start();
    return { ...server, baseUrl: server.baseUrl.replace('http:', 'https:') };
  };
const silentTls = asHttps(onConnect());
const done = send(tcpAnswer(200, success()));

const NOT_CONNECTED = { end: 'not_sent not_connected', written: false };
const ABORTED = { end: 'not_sent aborted_before_sending', written: false };
const REFUSED = { end: 'not_sent connection_refused', written: false };
const LATE = { end: 'unknown timeout', written: true };
const LOST = { end: 'unknown connection_failed', written: true };
const DONE = { end: 'done', written: true };
const UNKNOWN = { end: LOST.end };
const aborting = { abortAfterMs: 300, timeoutMs: 10_000 };
const impatient = { timeoutMs: 1_000 };

/** In which nothing is written, as the matrix has them; and the controls, in which it is. */
const UNSENT: [CallRow, UndiciEnd, call?: object][] = [
  ['nobody listens', REFUSED],
  ['connecting that stalls', NOT_CONNECTED, impatient],
  ['aborted while connecting', ABORTED, aborting],
  ['a TLS handshake that stalls', NOT_CONNECTED, impatient],
  ['aborted in the TLS handshake', ABORTED, aborting],
  ['a TLS handshake that is reset', NOT_CONNECTED],
  ['a TLS handshake that is closed', NOT_CONNECTED],
  ['a TLS alert in the handshake', NOT_CONNECTED],
  ['plain HTTP where TLS is expected', NOT_CONNECTED],
  ['an answer that never comes', LATE, { timeoutMs: 5_000 }],
  ['a reset after the request was read', LOST],
  ['a missing client certificate, TLS 1.3', LOST],
  ['a good certificate (the control)', DONE],
];
const misdirected = on(send(tcpAnswer(421, html)), vanish);
const SITUATIONS: [string, Start, UndiciEnd, requests: number, call?: object][] = [
  ...UNSENT.map(
    ([name, end, call]) =>
      [name, calls[name].start, end, expected[name]['Node 24'].requests, call] as [
        string,
        Start,
        UndiciEnd,
        number,
        object?,
      ],
  ),
  ['421, then gone', misdirected, { end: 'unknown answer_unreadable', written: true }, 1],
];

const agent = (from: Made['from'], options?: object): Made => ({
  from,
  name: 'Agent',
  ...(options && { options }),
});

/** How a request gets to a socket: the default fetch, with what global dispatcher, or `undiciFetch` over what. */
const WAYS: [string, 7 | 8, Pick<UndiciTask, 'global' | 'over' | 'instrumentedBy' | 'isFrozen'>][] = [
  ['the default fetch', 7, {}],
  ['the default fetch, undici 6 set as global', 7, { global: agent('undici6') }],
  ['the default fetch, undici 7 set as global', 7, { global: agent('undici7') }],
  ['the default fetch, undici 8 set as global', 8, { global: agent('undici8') }],
  [
    'the default fetch, EnvHttpProxyAgent as global',
    7,
    { global: { from: 'undici7', name: 'EnvHttpProxyAgent' } },
  ],
  ['undiciFetch of undici 7', 7, { over: 'global' }],
  ['undiciFetch of undici 8', 8, { over: 'global' }],
  ['OpenTelemetry', 7, { instrumentedBy: 'OpenTelemetry' }],
  ['Sentry', 7, { instrumentedBy: 'Sentry' }],
];

const runsOn = (node: Node, version: number) => version < 8 || node !== 'Node 20';

const TWENTY: [string, 7 | 8, Pick<UndiciTask, 'over'>][] = [
  ['the default fetch', 7, {}],
  ['undiciFetch of undici 7', 7, { over: 'global' }],
  ['undiciFetch of undici 8', 8, { over: 'global' }],
];

const speaksHttp2 = (from: Made['from']) => agent(from, { allowH2: true, connect: { ca: authority } });

const HTTP2: [string, 7 | 8, Pick<UndiciTask, 'global' | 'over'>, isFor: (node: Node) => boolean][] = [
  // Node 26 does not look where undici 6 puts its global dispatcher.
  ['undici 6 as global', 7, { global: speaksHttp2('undici6') }, (node) => node !== 'Node 26'],
  ['undici 7 as global', 7, { global: speaksHttp2('undici7') }, () => true],
  // To a fetch older than itself undici 8 speaks HTTP/1 only, so it is asked directly.
  ['undiciFetch over undici 8', 8, { over: speaksHttp2('undici8') }, () => true],
];

describe.concurrent.each(NODES)('%s', (node) => {
  describe.each(WAYS.filter(([, version]) => runsOn(node, version)))('%s', (_, version, way) => {
    it('tells every situation apart, all of them at a time', async (test) => {
      const servers = await Promise.all(SITUATIONS.map(([, start]) => started(test, start)));
      const calls = SITUATIONS.map(([, , , , call], at) => ({ baseUrl: servers[at]!.baseUrl, ...call }));
      const ends = await cancels(node, version, { ...way, calls });
      const named = SITUATIONS.map(([name], at) => [name, ends[at], servers[at]!.seen().requests]);
      expect(named).toEqual(SITUATIONS.map(([name, , end, requests]) => [name, end, requests]));
    });
  });

  it.for(TWENTY.filter(([, version]) => runsOn(node, version)))(
    'proves all of twenty calls at an unreachable host, and at a silent one: %s',
    async ([, version, way], test) => {
      const hosts = [await started(test, backlogFull), await started(test, silentTls)];
      const calls = hosts.flatMap(({ baseUrl }) =>
        Array.from({ length: 20 }, () => ({ baseUrl, timeoutMs: 1_500 })),
      );
      expect(await cancels(node, version, { ...way, calls })).toEqual(calls.map(() => NOT_CONNECTED));
    },
  );

  it('sends nothing after the verdict, though the handshake then succeeds', async (test) => {
    for (const call of [{ timeoutMs: 300 }, { timeoutMs: 10_000, abortAfterMs: 300 }]) {
      const target = await started(test, shows('good'));
      const slow = await between(test, slowToBegin(Number(new URL(target.baseUrl).port), 600));
      const baseUrl = `https://127.0.0.1:${slow.port}`;
      // The second call keeps the process alive until the first one's wire has begun, and is done over another.
      const calls = [
        { baseUrl, ...call },
        { baseUrl, timeoutMs: 10_000 },
      ];
      const [first, second] = await cancels(node, 7, { calls });
      expect(first).toEqual({ ...('abortAfterMs' in call ? ABORTED : NOT_CONNECTED) });
      expect(second).toEqual(DONE);
      expect(target.seen().requests).toBe(1);
    }
  });

  describe.each([7, 8].filter((version) => runsOn(node, version)) as (7 | 8)[])(
    'undiciFetch of undici %i',
    (version) => {
      const from = `undici${version}` as const;

      it('behind a proxy that refuses CONNECT, ignores it, hangs up, is not there, or is late', async (test) => {
        const target = await started(test, on(done));
        const refusing = await started(test, on(send('HTTP/1.1 403 No\r\ncontent-length: 0\r\n\r\n'), close));
        const ignoring = await started(test, onConnect());
        const hangingUp = await started(test, onConnect(pause(20), drop));
        const gone = await started(test, nobodyListens);
        const late = await between(test, tunnels(700));
        for (const uri of [refusing, ignoring, hangingUp, gone, { baseUrl: late.url }].map(
          (each) => each.baseUrl,
        )) {
          const over: Made = { from, name: 'ProxyAgent', options: { uri, proxyTunnel: true } };
          const calls = [{ baseUrl: target.baseUrl, timeoutMs: 400 }];
          const [end] = await cancels(node, version, { over, calls });
          expect(uri === gone.baseUrl ? [NOT_CONNECTED, REFUSED] : [NOT_CONNECTED]).toContainEqual(end);
        }
        const over: Made = { from, name: 'ProxyAgent', options: { uri: late.url, proxyTunnel: true } };
        expect(target.seen().requests).toBe(0);
        const calls = [
          { baseUrl: target.baseUrl, timeoutMs: 400 },
          { baseUrl: target.baseUrl, timeoutMs: 10_000 },
        ];
        expect(await cancels(node, version, { over, calls })).toEqual([NOT_CONNECTED, DONE]);
        expect(target.seen().requests).toBe(1);
      });

      it.for(['Pool', 'Agent'] as const)('waiting in a %s behind another', async (name, test) => {
        const { baseUrl, seen } = await started(test, on());
        const origin = name === 'Pool' ? { origin: baseUrl } : {};
        const over: Made = { from, name, ...origin, options: { connections: 1 } };
        const calls = [
          { baseUrl, timeoutMs: 4_000 },
          { baseUrl, timeoutMs: 500 },
        ];
        expect(await cancels(node, version, { over, calls })).toEqual([LATE, NOT_CONNECTED]);
        expect(seen().requests).toBe(1);
      });
    },
  );

  it.for(HTTP2.filter(([, version, , isFor]) => runsOn(node, version) && isFor(node)))(
    'a kept HTTP/2 session that dies after the second request was read: %s',
    async ([, version, way], test) => {
      const { baseUrl, requests } = await http2Server(test);
      const call = { baseUrl, timeoutMs: 10_000 };
      expect(await cancels(node, version, { ...way, inTurn: true, calls: [call, call] })).toEqual([
        DONE,
        LOST,
      ]);
      expect(requests()).toBe(2);
    },
  );

  it('a kept connection that dies after the second request was read, and then nobody listens', async (test) => {
    const { baseUrl, seen } = await started(test, inTurn([done], [vanish]));
    const calls = [{ baseUrl }, { baseUrl }];
    expect(await cancels(node, 7, { inTurn: true, calls })).toEqual([DONE, LOST]);
    expect(seen().requests).toBe(2);
  });
});

// Its manifest asks for Node 22.20.
describe.concurrent.each(NODES.filter((node) => node !== 'Node 20'))('%s', (node) => {
  it('nock takes what it is given: never a proof against what was read', async (test) => {
    const read = await started(test, on(vanish));
    const refused = await started(test, nobodyListens);
    const calls = [
      { baseUrl: 'https://gateway.invalid' },
      { baseUrl: read.baseUrl },
      { baseUrl: refused.baseUrl },
    ];
    const [mocked, ...passed] = await cancels(node, 7, { instrumentedBy: 'nock', calls });
    expect(mocked).toMatchObject(UNKNOWN);
    // Its own socket takes the request before the real one is asked.
    expect(passed).toMatchObject([
      UNKNOWN,
      { end: expect.stringMatching(/^(unknown connection_failed|not_sent .*_refused)$/) },
    ]);
    expect(read.seen().requests).toBe(1);
  });
});

// Before Node 26, Node's own globals and fetch do not work where globalThis is frozen.
it('where globalThis cannot be changed, Node 26 sends all the same', async (test) => {
  const { baseUrl } = await started(test, shows('good'));
  const calls = [{ baseUrl, timeoutMs: 10_000 }];
  expect(await cancels('Node 26', 7, { isFrozen: true, calls })).toMatchObject([{ end: 'done' }]);
});

/** Answers the first request of all, and ends the session at the second. */
async function http2Server({ onTestFinished }: Test) {
  let requests = 0;
  const server = createSecureServer(good).on('sessionError', () => undefined);
  onTestFinished(() => void server.close());
  server.on('stream', (stream: ServerHttp2Stream) => {
    stream.on('error', () => undefined);
    if (++requests > 1) return void stream.session!.destroy();
    stream.respond({ ':status': 200, 'content-type': 'application/json' });
    stream.end(success()({ headers: {}, body: '' }));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return { baseUrl: `https://127.0.0.1:${(server.address() as AddressInfo).port}`, requests: () => requests };
}
