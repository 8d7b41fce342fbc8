import { InvalidArgumentError, Option, type Command } from 'commander';
import type { InputMember } from '../../bulk/files/input.js';
import { readEnvironment } from '../environment.js';
import { BEYOND_LIMITS, EVENTS, helpAfter, MANY_HELP } from '../help.js';
import type { Result } from '../result.js';
import type { CancelManyFlags, PlaceFlags, ReportFlags, RunFlags, SendFlags, Surroundings } from './flags.js';

// The members of a row, once more: the code that reads files is loaded by who uses it.
const MEMBERS: string[] = [
  'external_id',
  'order_id',
  'transaction_id',
  'payment_channel',
  'payment_method',
  'single_use',
] satisfies InputMember[];

/** Whether these arguments ask for a command that prints NDJSON: with `--json` its last line is an `end`. */
export function printsEvents(args: readonly string[]): boolean {
  const [command, subcommand] = args.filter(
    (arg, at) => !arg.startsWith('-') && args[at - 1] !== '--env-from',
  );
  return command === 'cancel-many' || (command === 'many' && ['work', 'retry'].includes(subcommand ?? ''));
}

/** A result that came to be before anything was sent, as the last line of NDJSON. */
export function asLastEvent(result: Result): Result {
  const { exitCode, json } = result;
  const counts = { done: 0, refused: 0, unknown: 0, queued: 0, needs_a_person: 0, rejected: 0, paid: 0 };
  return {
    ...result,
    json: { event: 'end', exitCode, counts, ...(json as object) },
    jsonLine: true,
  };
}

/** Adds `cancel-many` and `many`. What they do is loaded when one of them runs. */
export function addMany(program: Command, finish: (result: Result) => void): void {
  const surroundings = (): Surroundings => {
    const { envFrom, json } = program.opts<{ envFrom?: string; json?: true }>();
    return { env: readEnvironment(envFrom), json: json === true };
  };
  const load = () => import('./many.js');

  const cancelMany = program
    .command('cancel-many')
    .description('Cancel what a file names, and go on where it ended if it is run again.')
    .argument('[file]', 'CSV or NDJSON; - is stdin')
    .action(async (file: string | undefined, flags: CancelManyFlags) =>
      finish(await (await load()).cancelManyFrom(file, flags, surroundings())),
    );
  sending(withPlace(cancelMany))
    .option(
      '--wait <seconds>',
      'how long to wait for an unknown to be asked after again (default: 120)',
      within(WAITS_S),
    )
    .option('--yes', 'do not ask before it starts; needed where nobody can be asked')
    .option('--resume', 'go on with the rows of the run, without a file')
    .addOption(
      new Option('--format <name>', 'how the file is written, if its name does not end so').choices([
        'csv',
        'ndjson',
      ]),
    )
    .option('--column <member=name>', "the file's own name of a column; may be repeated", column)
    .option('--skip-invalid', 'cancel the others if some lines are wrong')
    .option('--rejects <path>', 'write the wrong lines and why to this CSV file')
    .option('--dry-run', 'check the file, show what would be done, and send nothing')
    .addHelpText('after', helpAfter('cancel-many', EVENTS + BEYOND_LIMITS, MANY_HELP));

  const many = program
    .command('many')
    .description('A run of cancel-many: where it stands, its report, more of it.');
  const add = (name: string, description: string) => withPlace(many.command(name).description(description));
  add('status', 'How many virtual accounts of a run stand where. Asks the ledger alone.')
    .addHelpText('after', helpAfter('many status', '', MANY_HELP))
    .action(async (flags: PlaceFlags) => finish(await (await load()).manyStatus(flags, surroundings())));
  add('report', 'Every virtual account of a run and what became of it; who was paid comes first.')
    .option('--out <path>', 'a file that ends in .csv, .ndjson or .html; - is stdout', '-')
    .addOption(
      new Option('--format <name>', 'how to write it, if the path does not end so (default: csv)').choices([
        'csv',
        'ndjson',
        'html',
      ]),
    )
    .addOption(
      new Option('--separator <sign>', 'of a CSV that a spreadsheet is to open as it is').choices([',', ';']),
    )
    .addHelpText('after', helpAfter('many report', '', MANY_HELP))
    .action(async (flags: ReportFlags) => finish(await (await load()).manyReport(flags, surroundings())));
  sending(add('work', 'Take what is due, and stay until Ctrl-C. One on each machine, with --database.'))
    .addHelpText('after', helpAfter('many work', EVENTS + BEYOND_LIMITS, MANY_HELP))
    .action(async (flags: SendFlags) => finish(await (await load()).workOn(flags, surroundings())));
  sending(add('retry', 'What was refused or needs a person once more; each is asked after first.'))
    .option(
      '--wait <seconds>',
      'how long to wait for an unknown to be asked after again (default: 120)',
      within(WAITS_S),
    )
    .option('--yes', 'do not ask before it starts; needed where nobody can be asked')
    .addHelpText('after', helpAfter('many retry', EVENTS + BEYOND_LIMITS, MANY_HELP))
    .action(async (flags: RunFlags) => finish(await (await load()).retry(flags, surroundings())));
}

function withPlace(command: Command): Command {
  return command
    .allowExcessArguments(false)
    .option(
      '--ledger <path>',
      'the file that remembers the run; made if it is not there (Node 22.13 or newer)',
    )
    .option('--database <url>', 'instead of it a PostgreSQL: postgres://…, or IFORTEPAY_DATABASE, or PGHOST…')
    .option('--run <name>', 'which run in it', 'default');
}

function sending(command: Command): Command {
  return command
    .option(
      '--rate <number>',
      'requests a second, all processes of the run together (default: 10)',
      within(RATES),
    )
    .option('--concurrency <count>', 'requests at a time of this process (default: 8)', within(AT_A_TIME))
    .option('--timeout-ms <ms>', 'how long one request may take (default: 30000)', within(TIMEOUTS_MS))
    .option('--single-use', 'they take one payment only, so paid is final; a column single_use beats it')
    .option('--accept-not-found', 'go on although each of the first ten is not found')
    .option('--production', 'needed as well where the gateway is production')
    .addOption(new Option('--dangerously-allow-ids-beyond-documented-limits').hideHelp());
}

interface Limits {
  least: number;
  most: number;
  whole?: boolean;
}

// As the library has them, said before a file is read.
const RATES: Limits = { least: 0.01, most: 100_000 };
const AT_A_TIME: Limits = { least: 1, most: 1000, whole: true };
const TIMEOUTS_MS: Limits = { least: 1, most: 3_600_000 };
const WAITS_S: Limits = { least: 0, most: 30 * 86_400 };

/** Reads a number. */
function within({ least, most, whole = false }: Limits): (text: string) => number {
  return (text) => {
    const value = text.trim() === '' ? NaN : Number(text);
    if (value >= least && value <= most && (!whole || Number.isInteger(value))) return value;
    throw new InvalidArgumentError(
      `it must be a ${whole ? 'whole number' : 'number'} from ${least} to ${most}.`,
    );
  };
}

function column(text: string, before: Partial<Record<string, string>> = {}): Partial<Record<string, string>> {
  const [, member = '', name = ''] = /^([^=]+)=(.+)$/.exec(text) ?? [];
  if (!MEMBERS.includes(member))
    throw new InvalidArgumentError(`it must be MEMBER=NAME, of ${MEMBERS.join(', ')}.`);
  if (before[member] !== undefined) throw new InvalidArgumentError(`${member} is given twice.`);
  return { ...before, [member]: name };
}
