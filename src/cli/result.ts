/** Exit codes. 1 is left to crashes of the runtime, so that no crash passes for a refusal. */
export const EXIT = { done: 0, usage: 2, refused: 3, not_sent: 4, unknown: 5 } as const;

/** Colours a text, or not. */
export type Paint = (colour: 'green' | 'yellow' | 'red' | 'bold', text: string) => string;

/** What a subcommand found out. It prints nothing itself, so that each run prints one thing, in one form. */
export interface Result {
  exitCode: number;
  /** The one document of `--json`. */
  json: unknown;
  /** It is the last line of NDJSON. */
  jsonLine?: true;
  /** The same for people, at most 80 columns. Goes to stdout, or to stderr if `onStderr`. */
  text(paint: Paint): string;
  onStderr?: true;
  /** Everything was printed before. */
  silent?: true;
  /** Beside the text, on stderr, so that the text can be piped. */
  note?: string | undefined;
}

/** Something the user of the command has to correct; shown without a stack, exit code 2. Nothing was sent. */
export class UsageError extends Error {}

/** The result of a wrong use. `shown` is what people see, if that is more than the message. */
export function usageResult(message: string, shown = wrap(`ifortepay-va: ${message}`)): Result {
  const json = { code: 'usage', outcome: 'not_sent', message };
  return { exitCode: EXIT.usage, json, text: () => shown, onStderr: true };
}

/** The client's options, as whoever uses the command knows them. */
const SPOKEN: readonly (readonly [RegExp, string])[] = [
  [/ In a network of your own, set dangerouslyAllowHttpOutsideLoopback/, ''],
  [/\bdangerouslyAllowIdsBeyondDocumentedLimits\b/g, '--dangerously-allow-ids-beyond-documented-limits'],
  [/\bbaseUrl\b/g, 'IFORTEPAY_BASE_URL'],
  [/\benvironment(?= must be | and )/g, 'IFORTEPAY_ENV'],
  [/\bmerchantId\b/g, 'IFORTEPAY_MERCHANT_ID'],
  [/\bsecretUnboundId\b/g, 'IFORTEPAY_SECRET_UNBOUND_ID'],
  [/\bhashKey\b/g, 'IFORTEPAY_HASH_KEY'],
  [/\bsubMerchantId\b/g, 'IFORTEPAY_SUB_MERCHANT_ID'],
  [/\btimeoutMs\b/g, '--timeout-ms'],
  [/\btotalTimeoutMs\b/g, '--total-timeout-ms'],
  [/\bmaxRetries\b/g, '--max-retries'],
  [/\bsingleUse\b/g, '--single-use'],
];

/** Words of the client in the names of the command. */
export const spoken = (words: string): string =>
  SPOKEN.reduce((left, [pattern, name]) => left.replace(pattern, name), words);

/** Runs what checks the user's options. @throws UsageError in place of the client's TypeError */
export function asUsage<T>(check: () => T): T {
  try {
    return check();
  } catch (error) {
    if (error instanceof TypeError) throw new UsageError(spoken(error.message));
    throw error;
  }
}

/** Breaks words into lines of at most `width` columns; a longer word (a URL) stays whole. */
export function wrap(words: string, width = 80): string {
  const lines = words.split('\n').map((line) => {
    let column = 0;
    return line.replace(/(\s+)?(\S+)/g, (all, space: string | undefined, word: string) => {
      const breaks = column > 0 && column + all.length > width;
      column = breaks ? word.length : column + all.length;
      return breaks ? `\n${word}` : (space ?? '') + word;
    });
  });
  return lines.join('\n');
}

/** `label  words`, the words wrapped beside the label. */
export function beside(label: string, words: string): string {
  const lines = wrap(words, 80 - label.length).split('\n');
  return lines.map((line, i) => (i === 0 ? label : ' '.repeat(label.length)) + line).join('\n');
}
