/** `make contract`: Dredd over every example of every documented answer, then the negative cases. */
import { sandboxCredentials } from '../cases/sandbox-target.ts';
import { runCommand, UsageError } from '../shared/command.ts';
import { columns } from '../shared/print.ts';
import { NotAllowed, readSettings } from '../staging/settings.ts';
import { readVaFile } from '../staging/accounts.ts';
import { faultsOf, report, runContract } from './run.ts';
import { sample, sandboxOf } from './sample.ts';
import type { OtherGateway } from './targets.ts';

const tell = (line: string): void => void process.stdout.write(`${line}\n`);

const secrets = ['IFORTEPAY_MERCHANT_ID', 'IFORTEPAY_SECRET_UNBOUND_ID', 'IFORTEPAY_HASH_KEY'];
const others = ['IFORTEPAY_SUB_MERCHANT_ID', 'IFORTEPAY_TEST_VAS', 'IFORTEPAY_TEST_CHANNEL'];

/** What the environment says of the gateway at that URL; undefined if nothing: then it is a sandbox of ours. */
function readOther(baseUrl: string): OtherGateway | undefined {
  const { env } = process;
  if (![...secrets, ...others].some((name) => env[name])) return undefined;
  const { merchantId, secretUnboundId, hashKey } = sandboxCredentials;
  const usual = secrets.some((name) => env[name])
    ? {}
    : Object.fromEntries(secrets.map((name, i) => [name, [merchantId, secretUnboundId, hashKey][i]]));
  const settings = readSettings({ ...env, ...usual, IFORTEPAY_BASE_URL: baseUrl });
  const { credentials, channel, vasFile } = settings;
  return { credentials, channel, given: vasFile === undefined ? [] : readVaFile(vasFile) };
}

async function main(baseUrl: string | undefined): Promise<boolean> {
  try {
    const other = baseUrl === undefined ? undefined : readOther(baseUrl);
    const run = await runContract({
      tell,
      ...(baseUrl !== undefined && { baseUrl }),
      ...(other && { other }),
    });
    process.stdout.write(report(run));
    return run.green;
  } catch (error) {
    throw error instanceof NotAllowed ? new UsageError(error.message) : error;
  }
}

/** Runs the whole sample, one mutant at a time, a line for each; false if one goes unnoticed. */
async function prove(): Promise<boolean> {
  const rows: string[][] = [];
  for (const mutant of sample) {
    const run = await runContract({ sandbox: sandboxOf([mutant]), parts: [mutant.noticedBy] });
    const is = !run.green && faultsOf(run).some((fault) => mutant.fault.test(fault));
    rows.push([mutant.id, mutant.noticedBy, is ? 'noticed' : 'NOT NOTICED']);
  }
  columns(rows).forEach(tell);
  const noticed = rows.filter(([, , result]) => result === 'noticed').length;
  tell(`${noticed} of ${sample.length} mutants noticed.`);
  return noticed === sample.length;
}

await runCommand<{ baseUrl?: string; prove?: boolean }>(
  {
    name: 'contract',
    says: 'Runs Dredd over every example of every documented answer, then the negative cases.',
    options: [
      ['--base-url <url>', 'a gateway on this machine; without it a sandbox is started'],
      ['--prove', 'against sandboxes that are wrong in one way each: fails if one goes unnoticed'],
    ],
    help:
      `With --base-url these are read: ${secrets.join(', ')},\n${others.join(', ')}.\n` +
      'Without them it is taken for a sandbox of ours that was just started.',
  },
  async ({ baseUrl, prove: isProof }) => ((await (isProof ? prove() : main(baseUrl))) ? 0 : 1),
);
