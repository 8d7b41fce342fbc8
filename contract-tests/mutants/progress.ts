/** How far a run is. */
export interface Progress {
  update: (part: string, done: number, total: number) => void;
  end: () => void;
}

const PLAIN_EVERY_MS = 5000;
const TTY_EVERY_MS = 100;

/** On a terminal one line that is written over; elsewhere a line every five seconds. */
export function createProgress(out: NodeJS.WriteStream): Progress {
  const parts = new Map<string, string>();
  const everyMs = out.isTTY ? TTY_EVERY_MS : PLAIN_EVERY_MS;
  let last = performance.now();
  return {
    update(part, done, total) {
      parts.set(part, `${part} ${done}/${total}`);
      if (performance.now() - last < everyMs) return;
      last = performance.now();
      const line = [...parts.values()].join(', ');
      out.write(out.isTTY ? `\r\u001B[K${line}` : `${line}\n`);
    },
    end: () => void (out.isTTY && out.write('\r\u001B[K')),
  };
}
