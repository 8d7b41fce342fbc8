import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { noSuchHost } from '../faults/servers.ts';
import { signatureVectors } from '../../contract-tests/sandbox/seeds.ts';
import { startSandbox, type SandboxServer } from '../../contract-tests/sandbox/server.ts';
import { echoOf, failure, says, success } from '../faults/http.ts';
import { on, reset, type FaultServer } from '../faults/tcp.ts';
import { leaks } from '../support/canaries.ts';
import { canaries, credentials, pageRequest } from '../support/fixtures.ts';
import { environmentFor, run, runtimes, type CommandRun } from './command.ts';

const canary = 'fake-canary-given-by-mistake';
const file = ['--file', '-'];
const callback = JSON.stringify(pageRequest);
const header = ['--header', signatureVectors[0]!.mcp_signature];

// What a merchant may do, and the exit codes at a gateway that answers, one that fails, and one out of reach.
const rows: [args: string[], exits: number[]][] = [
  // prettier-ignore
  ...[
    [['cancel', ...file], [0, 3, 5, 5, 5, 4]],
    [['cancel', '--confirm', ...file], [0, 3, 5, 5, 5, 4]],
    [['inquire', ...file], [0, 0, 5, 5, 5, 4]],
    [['confirm', ...file], [5, 0, 5, 5, 5, 5]],
    [['doctor', '--ask'], [0, 0, 5, 5, 4, 4]],
  ] as [string[], number[]][],
  [['cancel', '--dry-run', ...file], [0]],
  [['sign', '--external-id', '39482906889734', '--order-id', '13499387088062'], [0]],
  [['verify-callback', ...header], [0]],
  [['verify-callback', '--header', '0'.repeat(64)], [3]],
  [['verify-callback', '--header', canary], [3]],
  [['doctor'], [0, 0, 0, 0, 4, 4]],
  [[], [2]],
  [['--help'], [0]],
  [['cancel', '--help'], [0]],
  [['--version'], [0]],
  [['cancel'], [2]],
  [['sign'], [2]],
  [['cancle'], [2]],
  [['cancel', '--timeout-ms', 'soon', ...file], [2]],
  [['cancel', '--max-retries', '11', ...file], [2]],
  [['cancel', `--hash-key=${canary}`, ...file], [2]],
  [['cancel', `--hash-key=${canary}'\n'${canary}`, ...file], [2]],
  [['doctor', '--env-from', '/no/such/file'], [2]],
];

// Under one Node: these are many runs, and the other suites have the machine's own too.
describe.each(runtimes().slice(0, 1))('with --json, under $name', (runtime) => {
  let sandbox: SandboxServer;
  let servers: FaultServer[] = [];
  beforeAll(async () => {
    sandbox = await startSandbox();
    const starts = [
      says(502, failure('98')),
      says(200, success({ order_id: 'x' })),
      // After the request was read: whether one that is reset at once was written is a race.
      on(reset),
      noSuchHost,
    ];
    servers = await Promise.all(starts.map((start) => start()));
  }, 120_000);
  afterAll(async () => {
    await Promise.all([sandbox?.close(), ...servers.map(({ stop }) => stop())]);
  });

  const expectOneDocument = ({ stdout, stderr }: CommandRun) => {
    expect(stderr).toBe('');
    expect(stdout).toMatch(/^\{\n[^]*\n\}\n$/);
    return JSON.parse(stdout) as Record<string, unknown>;
  };

  it.each(rows)('%j prints one document, exits as without it, and shows no secret', async (args, exits) => {
    const bases = [sandbox.url, sandbox.url, ...servers.map(({ baseUrl }) => baseUrl)].slice(0, exits.length);
    // The help shows the sandbox's invented credentials, which are the canaries of the other rows.
    const secrets = args.length === 0 || args.includes('--help') ? [canary] : [...canaries, canary];
    const runAt = async (i: number) => {
      const base = bases[i]!;
      const runWith = (more: string[]) => {
        if (i < 2)
          sandbox.state.find(pageRequest.transaction_id)!.transaction_status =
            i === 0 ? 'ACTIVE' : 'CANCELED';
        return run(runtime, [...args, ...more], environmentFor(base), { input: callback });
      };
      const ran = await runWith(['--json']);
      const plain = await runWith([]);
      const { outcome } = expectOneDocument(ran);
      expect([base, ran.code, plain.code]).toEqual([base, exits[i], exits[i]]);
      if (typeof outcome === 'string')
        expect({ refused: [3], not_sent: [2, 4], unknown: [5] }[outcome]).toContain(ran.code);
      expect(leaks([ran, plain], secrets)).toEqual([]);
    };
    // The first two change the sandbox, one after the other; the rest has gateways of its own.
    const [first, second, ...others] = bases.keys();
    const atSandbox = runAt(first!).then(() => (second === undefined ? undefined : runAt(second)));
    await Promise.all([atSandbox, ...others.map(runAt)]);
  });

  it('the sandbox that echoes everything really does (so the test above can fail)', async () => {
    const sent = await fetch(`${servers[0]!.baseUrl}/`, {
      method: 'POST',
      body: '{}',
      headers: { authorization: 'x' },
    });
    expect(await sent.text()).toContain(echoOf({ authorization: 'x' }).slice(0, 10));
  });

  it.each(['IFORTEPAY_MERCHANT_ID', 'IFORTEPAY_HASH_KEY'])(
    'says that %s is wrong, not what it holds',
    async (name) => {
      const wrong = [`${canary}\n`, `${canary}:\u0001`, ''].flatMap((value) =>
        [['cancel', ...file], ['doctor'], ['verify-callback', ...header]].map(async (args) => {
          const env = { ...environmentFor(sandbox.url), [name]: value };
          const ran = await run(runtime, [...args, '--json'], env, { input: callback });
          expectOneDocument(ran);
          expect(leaks(ran, [canary, credentials.secretUnboundId])).toEqual([]);
        }),
      );
      await Promise.all(wrong);
    },
  );
});
