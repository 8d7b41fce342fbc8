/** How every command of contract-tests starts and ends: its arguments, its help, its exit code. */
import { Command, CommanderError } from 'commander';

/** Something wrong with how a command was started: a line each, nothing secret in it. Ends it with exit code 2. */
export class UsageError extends Error {}

/** What the exit codes mean, unless a command says more of them. */
export const exitCodes: Readonly<Record<number, string>> = {
  0: 'all of it was tried, and it holds',
  1: 'it does not hold, or was not tried in full',
  2: 'not started: an argument or a setting is missing or wrong',
};

/** A command and its options. */
export interface CommandLine {
  name: string;
  /** What it does, in a sentence. */
  says: string;
  /** As commander has them: `--only <text>`; a flag without a value is a boolean. */
  options?: readonly (readonly [flags: string, says: string, usual?: string | boolean])[];
  /** Shown below the options: variables, say. */
  help?: string;
  exitCodes?: Readonly<Record<number, string>>;
  /** The exit code of an error that is no `UsageError`. Default 1. */
  broken?: number;
}

/**
 * Reads the arguments, runs `main` and sets its exit code. A wrong argument is said in a line and ends with 2,
 * before `main`; an error that `main` throws is said without a stack, since nobody is to look for a fault of the
 * command there.
 */
export async function runCommand<Options extends object>(
  { name, says, options = [], help = '', exitCodes: codes = exitCodes, broken = 1 }: CommandLine,
  main: (options: Options) => Promise<number> | number,
): Promise<void> {
  const command = new Command(name).description(says).exitOverride();
  for (const [flags, about, usual] of options) command.option(flags, about, usual);
  const meanings = Object.entries(codes).map(([code, meaning]) => `  ${code}  ${meaning}`);
  command.addHelpText('after', `${help && `\n${help}\n`}\nExit codes:\n${meanings.join('\n')}`);
  try {
    process.exitCode = await main(command.parse().opts<Options>());
  } catch (error) {
    process.exitCode = explain(name, error, broken);
  }
}

function explain(name: string, error: unknown, broken: number): number {
  // Commander has said it already; asking for help is nothing wrong.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  for (const line of (error as Error).message.split('\n')) console.error(`${name}: ${line}`);
  return error instanceof UsageError ? 2 : broken;
}
