/** `make contract`: Dredd over every example of every documented answer, then the negative cases. */
import { sandboxCredentials } from '../cases/sandbox-target.ts';
import { runCommand } from '../shared/command.ts';
import { columns } from '../shared/print.ts';
import { REPORTS, runAndReport } from '../staging/command.ts';
import { stagingExitCodes } from '../staging/report.ts';
import { readSettings } from '../staging/settings.ts';
import { faultsOf, contractReport, runContract } from './run.ts';
import { sample, sandboxOf } from './sample.ts';
import { assertLoopback } from './targets.ts';

const tell = (line: string): void => void process.stdout.write(`${line}\n`);

const secrets = ['IFORTEPAY_MERCHANT_ID', 'IFORTEPAY_SECRET_UNBOUND_ID', 'IFORTEPAY_HASH_KEY'];
const others = [
  'IFORTEPAY_SUB_MERCHANT_ID',
  'IFORTEPAY_TEST_VAS',
  'IFORTEPAY_TEST_CREATE',
  'IFORTEPAY_TEST_CHANNEL',
];

/**
 * Any gateway on this machine, if the environment says whose: the run that staging gets, as fast as it goes. Else a
 * sandbox of ours, started here or just started there, where everything must hold.
 */
async function main(baseUrl: string | undefined): Promise<number> {
  const { env } = process;
  if (baseUrl !== undefined && [...secrets, ...others].some((name) => env[name])) {
    const { merchantId, secretUnboundId, hashKey } = sandboxCredentials;
    const usual = secrets.some((name) => env[name])
      ? {}
      : Object.fromEntries(secrets.map((name, i) => [name, [merchantId, secretUnboundId, hashKey][i]]));
    const settings = readSettings({
      IFORTEPAY_TEST_PACE_MS: '0',
      ...env,
      ...usual,
      IFORTEPAY_BASE_URL: baseUrl,
    });
    assertLoopback(new URL(settings.baseUrl));
    return runAndReport(settings, { reports: REPORTS });
  }
  const run = await runContract({ tell, ...(baseUrl !== undefined && { baseUrl }) });
  process.stdout.write(contractReport(run));
  return run.green ? 0 : 1;
}

/** Runs the whole sample, one mutant at a time, a line for each; false if one goes unnoticed. */
async function prove(): Promise<boolean> {
  const rows: string[][] = [];
  for (const mutant of sample) {
    const run = await runContract({ sandbox: sandboxOf(mutant), parts: [mutant.noticedBy] });
    // One transaction is red, and no other; the run as such can be trusted.
    const red = (run.dredd?.transactions ?? []).filter(({ verdict }) => verdict !== 'pass');
    const isAlone = red.length <= 1 && (run.dredd?.faults ?? []).length === 0;
    const is = !run.green && isAlone && faultsOf(run).some((fault) => mutant.fault.test(fault));
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
      'Then it is the run that staging gets, its reports and its exit codes, 3 and 4 too.\n' +
      'Without them it is taken for a sandbox of ours that was just started.',
    exitCodes: stagingExitCodes,
  },
  async ({ baseUrl, prove: isProof }) => (isProof ? ((await prove()) ? 0 : 1) : main(baseUrl)),
);
