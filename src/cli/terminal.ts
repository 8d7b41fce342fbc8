/** Where the command speaks: data on stdout, words on stderr. */
export interface Terminal {
  json(value: unknown): void;
  say(words: string): void;
}

/** Breaks words into lines of at most 80 columns; a longer word (a URL) stays whole. */
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

/** The process's own terminal. */
export function processTerminal(): Terminal {
  return {
    json: (value) => process.stdout.write(`${JSON.stringify(value, null, 2)}\n`),
    say: (words) => process.stderr.write(`${wrap(words)}\n`),
  };
}
