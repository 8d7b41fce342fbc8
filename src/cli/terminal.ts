import { clearLine, cursorTo } from 'node:readline';
import * as util from 'node:util';
import { escaped } from '../redact.js';
import { type Paint, type Result, wrap } from './result.js';

/** How to print, as the options and the terminal say. */
export interface Style {
  json: boolean;
  /** Whether stdout, or stderr, takes colours. */
  colours: { out: boolean; err: boolean };
}

/** Prints a result: with `json` one document on stdout and nothing else. */
export function print(result: Result, { json, colours }: Style): void {
  if (result.silent) return;
  if (json) return writeOut(toJson(result.json, result.jsonLine ? 0 : 2));
  if (result.onStderr) return write(process.stderr, result.text(painter(colours.err)));
  writeOut(result.text(painter(colours.out)));
  if (result.note) write(process.stderr, wrap(result.note));
}

/** To stdout. The outcome must not be lost to a full disk: what cannot be written there goes to stderr. */
function writeOut(text: string): void {
  process.stdout.on('error', ({ code }: NodeJS.ErrnoException) => {
    // A reader that went away (`| head`) has read what it wanted.
    if (code === 'EPIPE') return;
    write(process.stderr, `ifortepay-va: stdout cannot be written (${code}). It would have said:\n${text}`);
  });
  write(process.stdout, text);
}

function write(stream: NodeJS.WriteStream, text: string): void {
  stream.write(`${text.trimEnd()}\n`);
}

/** JSON, in which the control characters that it does not escape are escaped too, for some terminals obey them. */
export function toJson(value: unknown, indent: number): string {
  return JSON.stringify(value, null, indent).replace(/[\u007f-\u009f]/g, escaped);
}

function painter(colours: boolean): Paint {
  // Node has styleText since 20.12. That stdout may be no terminal was considered before.
  if (!colours || !util.styleText) return (_, text) => text;
  return (colour, text) => util.styleText(colour, text, { validateStream: false });
}

/** Whether lines can be taken back there. */
export function isTerminal(stream: NodeJS.WriteStream): boolean {
  return stream.isTTY === true && process.env.TERM !== 'dumb';
}

/**
 * Says on a terminal each second what is being waited for. Elsewhere nothing.
 *
 * @param words what to say after so many seconds
 * @returns what removes the line again
 */
export function startProgress(stream: NodeJS.WriteStream, words: (seconds: number) => string): () => void {
  if (!isTerminal(stream)) return () => undefined;
  const startedAt = performance.now();
  const wipe = () => {
    cursorTo(stream, 0);
    clearLine(stream, 0);
  };
  let drawn = false;
  const timer = setInterval(() => {
    if (drawn) wipe();
    drawn = true;
    stream.write(words(Math.round((performance.now() - startedAt) / 1000)));
  }, 1000);
  return () => {
    clearInterval(timer);
    if (drawn) wipe();
  };
}

/**
 * Runs `work` with a signal that aborts at the first Ctrl-C, SIGTERM or SIGHUP, so that it can say what is now unknown.
 * The second one, of whichever kind, ends the process. From SIGHUP, a terminal that is closed, nohup protects no Node.
 */
export async function untilInterrupted<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const abort = new AbortController();
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  const restore = () => {
    for (const signal of signals) process.removeListener(signal, stop);
  };
  function stop(): void {
    restore();
    abort.abort();
  }
  for (const signal of signals) process.on(signal, stop);
  try {
    return await work(abort.signal);
  } finally {
    restore();
  }
}

/** Whether npx or `npm run` has started this process. */
export const isUnderNpm = (): boolean => process.env.npm_command !== undefined;

/** Whatever becomes of stdout and stderr must not turn a done cancel into a crash: the exit code still tells. */
export function outliveReaders(): void {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
}
