import { Command, CommanderError } from 'commander';
import { createCredentials } from '../credentials.js';
import type { CancelRequest } from '../operations.js';
import { EXIT, mask, runCancel, runDryRun } from './cancel.js';
import { readClientOptions, readCredentials, UsageError } from './environment.js';
import { processTerminal, wrap } from './terminal.js';

const HELP = `
Environment:
  IFORTEPAY_MERCHANT_ID, IFORTEPAY_SECRET_UNBOUND_ID, IFORTEPAY_HASH_KEY
  IFORTEPAY_SUB_MERCHANT_ID   only for a sub-merchant
  IFORTEPAY_ENV               staging or production; or IFORTEPAY_BASE_URL

Exit codes:
  0 done   2 usage   3 refused   4 not sent   5 unknown: ask before trying again`;

const EXAMPLE = `
Example, against the sandbox (make sandbox) and its invented credentials:
  export IFORTEPAY_MERCHANT_ID=FAKE0000000001
  export IFORTEPAY_SECRET_UNBOUND_ID=0xfake00000000000001
  export IFORTEPAY_HASH_KEY=fake-hash-key-for-tests-only
  export IFORTEPAY_BASE_URL=http://127.0.0.1:4020
  ifortepay-va cancel \\
    --external-id 39482906889734 --order-id 13499387088062 \\
    --transaction-id 604b987e-8e51-4470-9a18-6d8b58b45472 --channel BCA-POLYTRON`;

interface CancelFlags {
  externalId: string;
  orderId: string;
  transactionId: string;
  channel: string;
  timeoutMs?: string;
  dryRun?: true;
  dangerouslyAllowIdsBeyondDocumentedLimits?: true;
}

const terminal = processTerminal();

function buildProgram(): Command {
  const program = new Command('ifortepay-va').description('Cancel virtual accounts at iFortepay.');
  program.exitOverride().configureOutput({ writeErr: (text) => terminal.say(text.trimEnd()) });
  program.addHelpText('after', `${HELP}\n${EXAMPLE}`);
  const cancel = subcommand(
    program,
    'cancel',
    'Cancel a virtual account. Sends one request, never repeats it.',
  );
  cancel
    .requiredOption('--external-id <id>', "the merchant's id of the virtual account")
    .requiredOption('--order-id <id>', "the merchant's id of the order")
    .requiredOption('--transaction-id <id>', "the gateway's id of the virtual account")
    .requiredOption('--channel <name>', 'payment channel, such as BCA-POLYTRON')
    .option('--timeout-ms <ms>', 'how long to wait for the whole answer (default: 30000)')
    .option('--dry-run', 'show the request, secrets masked, and send nothing')
    .option('--dangerously-allow-ids-beyond-documented-limits', 'for a VA whose own ids break the limits')
    .action(async (flags: CancelFlags) => {
      process.exitCode = await cancelWith(flags);
    });
  subcommand(program, 'sign', "Print the headers for the gateway page's curl, masked.")
    .requiredOption('--external-id <id>', "the merchant's id of the virtual account")
    .requiredOption('--order-id <id>', "the merchant's id of the order")
    .option('--reveal', 'print the credentials; mind your shell history and your screen')
    .action(sign);
  return program;
}

function subcommand(program: Command, name: string, description: string): Command {
  const command = program.command(name).description(description).addHelpText('after', `${HELP}\n${EXAMPLE}`);
  return command.exitOverride().allowExcessArguments(false);
}

async function cancelWith(flags: CancelFlags): Promise<number> {
  const request: CancelRequest = {
    external_id: flags.externalId,
    order_id: flags.orderId,
    transaction_id: flags.transactionId,
    payment_method: 'BANK_TRANSFER',
    payment_channel: flags.channel,
  };
  const abort = new AbortController();
  const stop = () => abort.abort();
  process.once('SIGINT', stop);
  const run = flags.dryRun ? runDryRun : runCancel;
  try {
    const { dangerouslyAllowIdsBeyondDocumentedLimits } = flags;
    const timeoutMs = flags.timeoutMs === undefined ? undefined : Number(flags.timeoutMs);
    const options = { signal: abort.signal, timeoutMs, dangerouslyAllowIdsBeyondDocumentedLimits };
    return await run(readClientOptions(process.env), request, options, terminal);
  } finally {
    process.removeListener('SIGINT', stop);
  }
}

async function sign(flags: { externalId: string; orderId: string; reveal?: true }): Promise<void> {
  const credentials = createCredentials(readCredentials(process.env));
  const secret = await credentials.headersFor({ external_id: flags.externalId, order_id: flags.orderId });
  const show = flags.reveal ? (value: string) => value : mask;
  const lines = Object.entries(secret).map(([name, value]) =>
    name === 'sub-merchant-id' ? `${name}: ${value}` : `${name}: ${show(value)}`,
  );
  for (const line of ['content-type: application/json', 'x-version: v3', ...lines]) {
    process.stdout.write(`--header '${line.replaceAll("'", `'\\''`)}' \\\n`);
  }
  if (!flags.reveal) terminal.say('Masked; --reveal prints the credentials.');
}

try {
  await buildProgram().parseAsync();
} catch (error) {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? 0 : EXIT.usage;
  } else if (error instanceof UsageError || error instanceof TypeError) {
    process.stderr.write(`${wrap(`ifortepay-va: ${error.message.trimEnd()}`)}\n`);
    process.exitCode = EXIT.usage;
  } else {
    throw error;
  }
}
