import { readFileSync } from 'node:fs';
import { Command, InvalidArgumentError, Option } from 'commander';
import { requireMaxRetries, requireMs, type ConfirmOptions } from '../options.js';
import { runCall, runDry } from './calls.js';
import { runDoctor, type DoctorFlags } from './doctor/doctor.js';
import { readClientOptions, readEnvironment, type Environment } from './environment.js';
import { addMany } from './many/commands.js';
import { BEYOND_LIMITS, EXAMPLES, helpAfter } from './help.js';
import { requestOf, type RequestFlags } from './request.js';
import type { Result } from './result.js';
import { signCommand, verify, type CallbackFlags, type SignFlags } from './signing.js';
import type { CallName } from './words.js';

interface CallFlags extends RequestFlags {
  confirm?: true;
  singleUse?: true;
  dryRun?: true;
  timeoutMs?: number;
  totalTimeoutMs?: number;
  maxRetries?: number;
  dangerouslyAllowIdsBeyondDocumentedLimits?: true;
}

type Run<Flags> = (flags: Flags, env: Environment) => Promise<Result>;

/** The command line. `finish` gets the result of the subcommand that ran. */
export function buildProgram(finish: (result: Result) => void): Command {
  const program = new Command('ifortepay-va')
    .description('Cancel virtual accounts at iFortepay, and know the outcome.')
    .version(versionOfPackage(), '-V, --version', 'print the version')
    .option('--json', 'print one JSON document on stdout, and nothing else there')
    .option('--no-color', 'no colours, not even on a terminal')
    .option('--env-from <path>', 'read variables from a .env file; those of the environment win')
    .configureHelp({ showGlobalOptions: true })
    .exitOverride()
    .addHelpText('after', helpAfter());
  const add = <Flags>(name: keyof typeof EXAMPLES, description: string, run: Run<Flags>, more = '') =>
    program
      .command(name)
      .description(description)
      .allowExcessArguments(false)
      .addHelpText('after', helpAfter(name, more))
      .action(async (flags: Flags) => finish(await run(flags, readEnvironment(program.opts().envFrom))));
  const call = (name: CallName, description: string) =>
    withCallOptions(
      add<CallFlags>(name, description, (flags, env) => runNamed(name, flags, env), BEYOND_LIMITS),
    );

  call('cancel', 'Cancel a virtual account. Sends one request and repeats none, unless told so.')
    .option('--confirm', 'if the outcome is unknown, find out by inquiry (may cancel once more)')
    .addOption(singleUse().implies({ confirm: true }));
  call('inquire', 'Ask for the state of a virtual account. Changes nothing.');
  call('confirm', 'Settle an earlier unknown by inquiry. Cancels nothing.').addOption(singleUse());
  add<SignFlags>('sign', "Print the headers for the gateway page's curl, masked.", signCommand)
    .requiredOption('--external-id <id>', "the merchant's id of the virtual account")
    .requiredOption('--order-id <id>', "the merchant's id of the order")
    .option('--reveal', 'print the credentials; mind your shell history and your screen');
  add<CallbackFlags>(
    'verify-callback',
    'Check the signature of a callback; its body comes from stdin.',
    verify,
  )
    .requiredOption('--header <value>', 'the value of the header mcp-signature')
    .option('--file <path>', 'the body, exactly as it came; - is stdin', '-');
  add<DoctorFlags>('doctor', 'Check variables, host and Node, without showing a secret.', runDoctor)
    .option('--ask', 'also send one signed inquiry, about ids that cannot exist')
    .option('--timeout-ms <ms>', 'how long to wait for each check of the host', milliseconds, 5000);
  addMany(program, finish);
  return program;
}

function withCallOptions(command: Command): Command {
  return command
    .option('--external-id <id>', "the merchant's id of the virtual account")
    .option('--order-id <id>', "the merchant's id of the order")
    .option('--transaction-id <id>', "the gateway's id of the virtual account")
    .option('--channel <name>', 'payment channel, such as BCA-POLYTRON')
    .option('--file <path>', 'a JSON file with the request; - is stdin; options beat its members')
    .option('--dry-run', 'show the request, secrets masked, and send nothing')
    .option('--timeout-ms <ms>', 'how long one attempt may take (default: 30000)', milliseconds)
    .option('--total-timeout-ms <ms>', 'how long all of it may take (default: twice that)', milliseconds)
    .option('--max-retries <count>', 'repeat what provably never left, 0 to 10 (default: 0)', maxRetries)
    .addOption(new Option('--dangerously-allow-ids-beyond-documented-limits').hideHelp());
}

const singleUse = () =>
  new Option('--single-use', 'it takes one payment only, so paid is final (implies --confirm on cancel)');

function runNamed(name: CallName, flags: CallFlags, env: Environment): Promise<Result> {
  const { confirm, singleUse, timeoutMs, totalTimeoutMs, maxRetries } = flags;
  const method = confirm && name === 'cancel' ? 'cancelAndConfirm' : name;
  const { dangerouslyAllowIdsBeyondDocumentedLimits } = flags;
  return requestOf(flags, name).then((request) => {
    const clientOptions = { ...readClientOptions(env), timeoutMs, totalTimeoutMs, maxRetries };
    const options: ConfirmOptions = { dangerouslyAllowIdsBeyondDocumentedLimits };
    if (singleUse) options.singleUse = true;
    return (flags.dryRun ? runDry : runCall)({ name, method, clientOptions, request, options });
  });
}

const milliseconds = (text: string) => checked(() => requireMs('it', Number(text)));
const maxRetries = (text: string) => checked(() => requireMaxRetries(Number(text)));

function checked<T>(check: () => T): T {
  try {
    return check();
  } catch (error) {
    throw new InvalidArgumentError(`${(error as Error).message}.`);
  }
}

function versionOfPackage(): string {
  // Beside dist/ in the package; not bundled, so that a release changes one file only.
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
