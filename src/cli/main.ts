import { CommanderError, type Command } from 'commander';
import { asLastEvent, printsEvents } from './many/commands.js';
import { buildProgram } from './program.js';
import { UsageError, usageResult, wrap, type Result } from './result.js';
import { outliveReaders, print, type Style } from './terminal.js';

// Looked up by hand, for it also says how to print that the options could not be read.
const args = process.argv.slice(2);
const json = args.includes('--json');

/** Runs the command line. Its printing is collected: only one thing is printed, at the end. */
async function run(): Promise<{ result: Result; style: Style }> {
  let result: Result | undefined;
  let said = '';
  const program = buildProgram((made) => (result = made));
  const collect = (text: string) => (said += text);
  for (const command of allOf(program)) command.configureOutput({ writeOut: collect, writeErr: collect });
  try {
    await program.parseAsync();
    if (!result) throw new Error('the subcommand came to no result');
  } catch (error) {
    result = resultOf(error, said);
    if (printsEvents(args)) result = asLastEvent(result);
  }
  return { result, style: { json, colours: coloursOf(program) } };
}

function allOf(command: Command): Command[] {
  return [command, ...command.commands.flatMap(allOf)];
}

function resultOf(error: unknown, said: string): Result {
  if (error instanceof UsageError) return usageResult(error.message.trimEnd());
  if (error instanceof CommanderError) return parserResult(error, said);
  // A bug of ours; it may have struck after a request was sent.
  const message = error instanceof Error ? error.message : String(error);
  const shown = `ifortepay-va crashed, please report it: ${(error as Error).stack ?? message}`;
  return {
    exitCode: 1,
    json: { code: 'crashed', outcome: 'unknown', message },
    text: () => shown,
    onStderr: true,
  };
}

/** Help and version, which were asked for, and everything that is wrong with the options. */
function parserResult({ exitCode, code, message }: CommanderError, said: string): Result {
  if (exitCode === 0) return { exitCode: 0, json: { text: said.trimEnd() }, text: () => said };
  if (code === 'commander.help') return usageResult('a subcommand is missing; --help lists them', said);
  // `--hash-key=…` is no option, and what follows the sign may be the secret.
  const harmless = code === 'commander.unknownOption' ? message.replace(/=[^]*/, "=…'") : message;
  return usageResult(harmless.replace(/^error: /, ''), wrap(harmless));
}

/** Commander knows the conventions: NO_COLOR, FORCE_COLOR, and what the terminal can do. */
function coloursOf(program: Command): Style['colours'] {
  const { getOutHasColors, getErrHasColors } = program.configureOutput();
  if (args.includes('--no-color')) return { out: false, err: false };
  return { out: getOutHasColors?.() ?? false, err: getErrHasColors?.() ?? false };
}

outliveReaders();
const { result, style } = await run();
// First of all, so that nothing that happens to the words can change it.
process.exitCode = result.exitCode;
print(result, style);
